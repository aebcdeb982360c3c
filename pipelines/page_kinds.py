"""What kind of page it is when it is HTML and still not an article."""

import re

from lxml.html import HtmlElement

from pipelines.clean.draft import Draft, ends_sentence, words_in
from pipelines.paid_part import paid_marks, words_paid_for
from pipelines.records import BlockKind, Reason

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
MIN_ARTICLE_WORDS = 25
"""Less is a caption, a video's description, a notice: shorter than any gold text measured."""

MAX_LISTING_PROSE_WORDS = 60
MIN_LISTING_LINKS = 20
"""Links to articles on a section page; an article's page has them too, beside its text."""

# Whole titles or their beginnings; a headline such as "404 jobs lost" goes on after the number.
NOT_FOUND = (
    r"(?:error\s*|fehler\s*|erreur\s*|errore\s*)?404(?:\s*error)?",
    r"(?:(?:404\W*)?(?:the\s+)?(?:page|article|story)\s+)?(?:is\s+|was\s+)?(?:could\s+)?not\s+(?:be\s+)?found",
    r"page\s+not\s+found.*",
    r"(?:404\W*)?(?:die\s+)?seite\s+(?:wurde\s+)?nicht\s+gefunden.*",
    r"(?:404\W*)?(?:la\s+)?page\s+(?:est\s+)?(?:introuvable|non\s+trouvée).*",
    r"(?:404\W*)?(?:la\s+)?página\s+no\s+(?:encontrada|existe).*",
    r"(?:404\W*)?página\s+não\s+encontrada.*",
    r"(?:404\W*)?pagina\s+non\s+trovata.*",
    r"(?:404\W*)?pagina\s+niet\s+gevonden.*",
    r"(?:404\W*)?nie\s+znaleziono\s+strony.*|(?:404\W*)?strona\s+nie\s+istnieje.*",
    r"(?:404\W*)?страница\s+не\s+найдена.*|(?:404\W*)?сторінку\s+не\s+знайдено.*",
    r"(?:404\W*)?ページが見つかりません.*|(?:404\W*)?页面不存在.*|(?:404\W*)?找不到.{0,4}页面.*",
    r"(?:404\W*)?sidan\s+(?:kunde\s+inte\s+hittas|hittades\s+inte).*",
)
_NOT_FOUND = re.compile(
    "(?:" + "|".join(NOT_FOUND) + r")\W*(?:$|\s[|\u2013\u2014-]\s.*$)", re.IGNORECASE
)


def not_an_article(draft: Draft, tree: HtmlElement, *, links: int) -> tuple[Reason, str] | None:
    """Why the page is not kept, and a sentence with the value that decided; None if it is.

    `links` is how many links to articles of the same site the whole page has.
    """
    words = sum(words_in(block.text) for block in draft.kept_blocks())
    if words <= MAX_SOFT_404_WORDS and (title := _not_found_title(draft)) is not None:
        return Reason.SOFT_404, f"answered as found, but titled “{title}”"
    if draft.metadata.paywalled is True and (stub := _stub(draft, tree, words)) is not None:
        return Reason.PAYWALLED, stub
    if links >= MIN_LISTING_LINKS and _is_listing(draft):
        return Reason.LISTING, f"{links} links to articles and hardly a sentence of its own"
    if not words:
        return Reason.EMPTY, "no text found"
    if words < MIN_ARTICLE_WORDS:
        return Reason.NOT_ARTICLE, f"{words} words of text, an article has {MIN_ARTICLE_WORDS}"
    return None


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


def _not_found_title(draft: Draft) -> str | None:
    titles = [draft.metadata.title or "", *draft.headings]
    return next((title[:100] for title in titles if _NOT_FOUND.match(title[:200])), None)


def _is_listing(draft: Draft) -> bool:
    """Whether nearly all that was extracted is links or headings, or short."""
    prose = 0
    for index in draft.kept():
        block = draft.blocks[index]
        if block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE} and draft.is_prose(index):
            prose += words_in(block.text)
    linked = sum(place.link_characters for place in draft.places if place is not None)
    characters = sum(place.characters for place in draft.places if place is not None)
    return prose <= MAX_LISTING_PROSE_WORDS and linked * 3 >= characters
