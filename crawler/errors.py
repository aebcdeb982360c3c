"""What can go wrong with a crawl.

CrawlError          every error below; the number is the exit code of a command that meets it
├── ConfigError     (2) a setting, option or file that cannot be used
├── SourceError     (2) no such source, or nothing to follow at its URL
├── FeedParseError  (1) a feed or sitemap that cannot be read
├── WebhookFailed   (1) what was posted was not taken
└── RunFailed       (1) a crawl that ended in a way we do not accept
"""


class CrawlError(Exception):
    """Any failure of crawling, in words a user can act on."""

    exit_code = 1


class ConfigError(CrawlError):
    """A setting, option or file that cannot be used."""

    exit_code = 2


class SourceError(CrawlError):
    """No such source, or nothing to follow at its URL."""

    exit_code = 2


class FeedParseError(CrawlError):
    """A feed or sitemap that cannot be read."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(f"{message} ({url})")
        self.url = url


class WebhookFailed(CrawlError):
    """What was posted was not taken."""


class RunFailed(CrawlError):
    """A crawl that ended in a way we do not accept."""
