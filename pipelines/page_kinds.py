"""What kind of page it is when it is HTML and still not an article."""

from lxml.html import HtmlElement

from pipelines.clean.draft import Draft, ends_sentence, words_in
from pipelines.extract.sources import PageSources
from pipelines.listing import MAX_OWN_WORDS, leads_elsewhere, listing_reason
from pipelines.not_found import not_found_sentence, not_found_title
from pipelines.page_claims import read_claims
from pipelines.paid_part import paid_marks, words_paid_for
from pipelines.records import Reason
from pipelines.teasers import Shares, measure_shares

MAX_STUB_WORDS = 60
"""Of a page that says its text is not free: with more than these it is the article."""

MAX_BROKEN_STUB_WORDS = 150
"""The same for a text that breaks off: it ends with an ellipsis, or without any full stop."""

MAX_PREVIEW_WORDS = 250
"""The same for a page that names its paid part (schema.org's hasPart) and does not hold it.

Pages with thousands of words name a part that is only a mark, or nowhere on the page.
"""

MAX_OFFER_WORDS = 40
"""Found in the paid part: an offer to subscribe, and not the story."""

MAX_SOFT_404_WORDS = 150
MAX_SORRY_WORDS = 60
"""Of its own, when the page says in a sentence, not as its title, that it was not found."""

ENOUGH_OWN_WORDS = max(MAX_OWN_WORDS, MAX_SORRY_WORDS)
"""With more a text is neither a listing nor an excuse, whatever follows."""

MIN_ARTICLE_WORDS = 25
"""Less is a caption, a video's description, a notice: shorter than any gold text measured."""


def not_an_article(
    draft: Draft, tree: HtmlElement, *, sources: PageSources, url: str
) -> tuple[Reason, str] | None:
    """Why the page is not kept, and a sentence with the value that decided; None if it is."""
    words = sum(words_in(block.text) for block in draft.kept_blocks())
    shares = measure_shares(draft, enough=ENOUGH_OWN_WORDS)
    if (said := _soft_404(draft, words, shares, sources)) is not None:
        return Reason.SOFT_404, said
    if draft.metadata.paywalled is True and (stub := _stub(draft, tree, words)) is not None:
        return Reason.PAYWALLED, stub
    if (said := _listing(draft, shares, sources, url=url)) is not None:
        return Reason.LISTING, said
    if not words:
        return Reason.EMPTY, "no text found"
    if words < MIN_ARTICLE_WORDS:
        return Reason.NOT_ARTICLE, f"{words} words of text, an article has {MIN_ARTICLE_WORDS}"
    return None


def _soft_404(draft: Draft, words: int, shares: Shares, sources: PageSources) -> str | None:
    title = not_found_title(draft) if words <= MAX_SOFT_404_WORDS else None
    sentence = not_found_sentence(draft) if shares.own_words <= MAX_SORRY_WORDS else None
    if title is None and sentence is None:
        return None
    claims = read_claims(sources, draft.metadata)
    if claims.is_article or claims.is_signed:
        return None
    return f"answered as found, but says “{title or sentence}”"


def _listing(draft: Draft, shares: Shares, sources: PageSources, *, url: str) -> str | None:
    if not leads_elsewhere(shares):
        return None
    return listing_reason(shares, read_claims(sources, draft.metadata), url=url)


def _stub(draft: Draft, tree: HtmlElement, words: int) -> str | None:
    """Why a page that is not free holds only the beginning of its text; None if it holds it."""
    if words <= _max_stub_words(draft):
        return f"{words} words of a text that the page says is not free"
    if words > MAX_PREVIEW_WORDS or not (marks := paid_marks(tree)):
        return None
    paid = words_paid_for(draft, marks)
    if paid > MAX_OFFER_WORDS:
        return None
    return f"{words} words, {paid} of them in the paid part {', '.join(sorted(marks))}"


def _max_stub_words(draft: Draft) -> int:
    blocks = draft.kept_blocks()
    last = blocks[-1].text if blocks else ""
    is_broken = last.endswith(("…", "...")) or not ends_sentence(last)
    return MAX_BROKEN_STUB_WORDS if is_broken else MAX_STUB_WORDS
