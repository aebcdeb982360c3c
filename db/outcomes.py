"""How a URL can end, and what that means for the crawl: the ledger's vocabulary, as a table."""

from enum import StrEnum


class Outcome(StrEnum):
    """How one attempt at a URL ended; the last one is the URL's own."""

    SAVED = "saved"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    NOT_ARTICLE = "not_article"
    EMPTY = "empty"
    PAYWALLED = "paywalled"
    RESERVED = "reserved"
    ROBOTS = "robots"
    BLOCKED_ADDRESS = "blocked_address"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    PARSE_ERROR = "parse_error"
    CRASHED = "crashed"
    SOFT_404 = "soft_404"
    REDIRECT_LOOP = "redirect_loop"
    OFF_SITE = "off_site"
    LISTING = "listing"
    SKIPPED = "skipped"


class OutcomeClass(StrEnum):
    """What an outcome means to the person who asked."""

    KEPT = "kept"
    NOT_KEPT = "not kept"
    FAILED = "failed"


KEPT = frozenset({Outcome.SAVED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE})
FAILED = frozenset(
    {
        Outcome.HTTP_ERROR,
        Outcome.NETWORK_ERROR,
        Outcome.TIMEOUT,
        Outcome.PARSE_ERROR,
        Outcome.CRASHED,
    }
)


def outcome_class(outcome: Outcome) -> OutcomeClass:
    """Kept, not kept (normal), or failed; only failed ones make a command end with 1."""
    if outcome in KEPT:
        return OutcomeClass.KEPT
    if outcome in FAILED:
        return OutcomeClass.FAILED
    return OutcomeClass.NOT_KEPT
