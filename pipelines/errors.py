"""What can go wrong with one page.

PipelineError           every error below; carries .url and .step, and the raw page is kept
├── DecodeError         the bytes are not text in any encoding we know
├── ExtractionError     a parser or the extractor failed on this page
└── InvariantError      a step broke a promise of its own: our bug, found by a guard
"""


class PipelineError(Exception):
    """A page that could not be processed."""

    def __init__(self, message: str, *, url: str, step: str) -> None:
        super().__init__(f"{step}: {message} ({url})")
        self.url = url
        self.step = step


class DecodeError(PipelineError):
    """The bytes are not text in any encoding we know."""


class ExtractionError(PipelineError):
    """A parser or the extractor failed on this page."""


class InvariantError(PipelineError):
    """A step broke a promise of its own."""


class PackError(Exception):
    """A file that is not a site profile as this Winnow writes it."""


class RuleError(Exception):
    """A rule, or a file of rules, that cannot be used; the message says what to do."""


class LabelError(Exception):
    """Labelled pages that cannot be used; the message says what to do."""
