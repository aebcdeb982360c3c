"""Which links a source wants: regular expressions over a link's URL, with a limit of time.

A pattern is searched for anywhere in the URL, upper and lower case alike. The `regex` package is
used because its searches can be given a limit: `re` cannot stop a pattern that backtracks for hours
over a URL made for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from crawler.errors import ConfigError

MAX_PATTERN_LENGTH = 500
MAX_PATTERNS = 50
MAX_URL_LENGTH = 2_000
"""Only the beginning of a longer URL is searched."""
SEARCH_SECONDS = 0.02
"""A search of 2,000 characters takes some microseconds; a thousand times that is a bad pattern."""
PROBES = (
    "https://www.example.org/" + "aaaa/" * 390,
    "https://www.example.org/2026/01/31/" + "a-b-" * 480 + ".html",
    "https://www.example.org/?" + "a=1&" * 480,
    "a" * MAX_URL_LENGTH,
)
"""URLs as long as allowed, of the shapes on which careless patterns backtrack."""


@dataclass(frozen=True, slots=True)
class LinkPatterns:
    """Patterns that were checked by `compile_patterns`."""

    include: tuple[regex.Pattern[str], ...] = ()
    """A link must match one. Empty: any link."""
    exclude: tuple[regex.Pattern[str], ...] = ()
    """A link that matches one is not wanted."""

    def wants(self, url: str) -> bool:
        """Whether the source wants this link. A search beyond its time counts as unwanted."""
        clipped = url[:MAX_URL_LENGTH]
        try:
            included = not self.include or any(_found(it, clipped) for it in self.include)
            return included and not any(_found(it, clipped) for it in self.exclude)
        except TimeoutError:
            return False


def compile_patterns(include: tuple[str, ...], exclude: tuple[str, ...]) -> LinkPatterns:
    """Patterns ready to use.

    Raises:
        ConfigError: One is not a regular expression, too long, or too slow on a long URL.
    """
    if len(include) + len(exclude) > MAX_PATTERNS:
        raise ConfigError(f"more than {MAX_PATTERNS} patterns: join them with |")
    return LinkPatterns(
        include=tuple(_compile(text) for text in include),
        exclude=tuple(_compile(text) for text in exclude),
    )


def _compile(text: str) -> regex.Pattern[str]:
    if not text or len(text) > MAX_PATTERN_LENGTH:
        raise ConfigError(f"a pattern has 1 to {MAX_PATTERN_LENGTH} characters, not {len(text)}")
    try:
        pattern = regex.compile(text, regex.IGNORECASE)
    except regex.error as error:
        raise ConfigError(f"{text!r} is not a regular expression: {error}") from error
    try:
        for probe in PROBES:
            _found(pattern, probe)
    except TimeoutError as error:
        raise ConfigError(
            f"the pattern {text!r} takes too long on a URL of {MAX_URL_LENGTH} characters: "
            "avoid a repetition inside a repetition, and .* more than once"
        ) from error
    return pattern


def _found(pattern: regex.Pattern[str], url: str) -> bool:
    return pattern.search(url, timeout=SEARCH_SECONDS) is not None
