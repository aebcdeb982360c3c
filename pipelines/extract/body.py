"""The text of an article. The only import of trafilatura.

trafilatura runs three extractors on every page and compares them. Here its own functions run in
its own order, but a comparison whose winner is known beforehand is skipped, and so are the copies
made for it. The text is trafilatura's own, which a test holds; the hard pages take its own path.
"""

import logging
import math
import re
from collections.abc import Callable
from copy import copy
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.baseline import html2txt
from trafilatura.core import (
    ESCALATION_ACCEPT_RATIO,
    ESCALATION_JUSTEXT_RATIO,
    ESCALATION_MAX_LENGTH,
    ESCALATION_PAGE_SHARE,
    _recall_retry,
    trafilatura_sequence,
)
from trafilatura.external import SANITIZED_XPATH, compare_extraction, justext_rescue
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.readability_lxml import FRAME_TAGS, REGEXES
from trafilatura.settings import Extractor
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from pipelines.errors import ExtractionError
from pipelines.extract.blocks import to_blocks
from pipelines.records import Block

# What trafilatura and lxml raise on pages they cannot take; a MemoryError is the worker's matter.
_FAILURES = (
    etree.LxmlError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_FORUM = etree.XPath("boolean(.//script[contains(., 'DiscussionForumPosting')])")
# What trafilatura's pruning expressions look for, in the containers they look at.
_PRUNED_TAGS = ("div", "section", "aside", "details", "ol", "ul", "list")
_APPENDED_ARTICLES = re.compile("mvp-post-add|infinite|elementor-share-buttons")
_COMMENTS = re.compile(
    "^(?:[Cc]omment|comol|disqus_thread|dsq-comments)|article-comments|post-comments", re.MULTILINE
)
_UNCLEAN = etree.XPath(SANITIZED_XPATH)
_HAS_PARAGRAPH_TEXT = etree.XPath("boolean(.//p//text())")
# What readability and html2txt drop first, whatever its class.
_READABILITY_DROPS = frozenset({"script", "style", "fencedframe"})
_HTML2TXT_DROPS = _READABILITY_DROPS | {"aside", "footer", "svg", "template"}
_TABLES_OVER_PARAGRAPHS = etree.XPath("count(.//table) > count(.//p)")

# It logs every page it finds nothing on; the ledger says so already.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract_body(tree: HtmlElement, *, url: str, enough: float = math.inf) -> tuple[Block, ...]:
    """The article's blocks in page order; empty if trafilatura finds none. The tree is only read.

    Args:
        tree: The page.
        url: Of the page.
        enough: Characters without spaces from which the text of trafilatura's first extractor
            stands without a look at what its others give.

    Raises:
        ExtractionError: trafilatura or lxml failed on this tree.
    """
    options = Extractor(output_format="python", comments=False, url=url)
    try:
        body = _extract(tree, options, enough)
    except _FAILURES as error:
        reason = f"{type(error).__name__}: {error}"
        raise ExtractionError(reason, url=url, step="extract") from error
    return to_blocks(body)


def extract_main(tree: HtmlElement, *, url: str) -> tuple[Block, ...]:
    """Trafilatura's first extraction alone, for a part of a page. The tree is only read.

    Raises:
        ExtractionError: trafilatura or lxml failed on this tree.
    """
    options = Extractor(output_format="python", comments=False, url=url)
    try:
        pruned = _prune(tree)
        body, _ = extract_content(
            convert_tags(tree_cleaning(pruned, options), options, url), options
        )
    except _FAILURES as error:
        reason = f"{type(error).__name__}: {error}"
        raise ExtractionError(reason, url=url, step="extract") from error
    return to_blocks(body)


def _extract(tree: HtmlElement, options: Extractor, enough: float) -> etree._Element:
    if _FORUM(tree):  # posts stand in comment containers there
        return _whole_sequence(tree, options)
    pruned = _prune(tree)
    cleaned = convert_tags(tree_cleaning(copy(pruned), options), options, options.url)
    body, text = extract_content(cleaned, options)
    if len("".join(text.split())) >= enough:
        return body
    if len(text) < options.min_extracted_size:
        return _whole_sequence(tree, options)
    body, text = _compare(pruned, body, text, options)
    if len(text) < options.min_extracted_size:
        return _whole_sequence(tree, options)
    return _escalate(pruned, body, text, options) if _is_small_part(text, pruned) else body


def _whole_sequence(tree: HtmlElement, options: Extractor) -> etree._Element:
    return trafilatura_sequence(copy(tree), options, options.url)[0]


def _escalate(
    pruned: HtmlElement, body: etree._Element, text: str, options: Extractor
) -> etree._Element:
    """The longest of the text, trafilatura's in recall mode and justext's, by its own margins."""
    recall = copy(options)
    recall.focus = "recall"
    try:
        wide_body, wide_text = _recall_retry(pruned, recall, options.url)
        just_body, just_text = justext_rescue(copy(pruned), options)
    except _FAILURES:  # a second try may fail: the first text stands
        return body
    length, wide, just = len(text), len(wide_text), len(just_text)
    if just > wide and just > ESCALATION_JUSTEXT_RATIO * length:
        return just_body
    is_wider = wide >= options.min_extracted_size and wide > ESCALATION_ACCEPT_RATIO * length
    return wide_body if is_wider else body


def _prune(tree: HtmlElement) -> HtmlElement:
    """The tree without comments and appended articles: the tree itself if it has none."""
    # Its expressions call Python for every div of the page: ask first whether they can match.
    marks = "\n".join(
        f"{element.get('class', '')}\n{element.get('id', '')}"
        for element in tree.iter(*_PRUNED_TAGS)
    )
    expressions = []
    if _APPENDED_ARTICLES.search(marks):
        expressions += RAW_TREE_PRUNE_XPATH
    if _COMMENTS.search(marks):
        expressions += REMOVE_COMMENTS_AND_LISTS_XPATH
    return prune_unwanted_nodes(copy(tree), expressions) if expressions else tree


def _compare(
    pruned: HtmlElement, body: etree._Element, text: str, options: Extractor
) -> tuple[etree._Element, str]:
    """The winner of trafilatura, readability and justext, as compare_extraction finds it."""
    if not _UNCLEAN(body) and not _readability_can_win(pruned, body, len(text)):
        return body, text
    cleaned = tree_cleaning(copy(pruned), options)
    return compare_extraction(cleaned, copy(pruned), body, text, options)


def _readability_can_win(pruned: HtmlElement, body: etree._Element, length: int) -> bool:
    """Whether readability's text can be long enough to be preferred.

    It is preferred if it is more than twice as long as trafilatura's, or if that has no
    paragraphs or more tables than paragraphs; and it is never longer than the page it reads.
    """
    is_sound = _HAS_PARAGRAPH_TEXT(body) and not _TABLES_OVER_PARAGRAPHS(body)
    return not is_sound or _longest_text(pruned, _readability_drops) > 2 * length


def _is_small_part(text: str, pruned: HtmlElement) -> bool:
    """Whether the text covers so little of the page that trafilatura tries other ways."""
    if len(text) >= ESCALATION_MAX_LENGTH:
        return False
    if len(text) >= ESCALATION_PAGE_SHARE * _longest_text(pruned, _html2txt_drops):
        return False
    return len(text) < ESCALATION_PAGE_SHARE * len(html2txt(pruned))


def _longest_text(tree: HtmlElement, is_dropped: Callable[[HtmlElement], bool]) -> int:
    """How long the text without some elements is at most, with single spaces for white space."""
    total = 0
    walker = etree.iterwalk(tree, events=("start",))
    for _, element in walker:
        total += _length_of_words(element.tail)  # it stays when its element goes
        if is_dropped(element):
            walker.skip_subtree()
        else:
            total += _length_of_words(element.text)
    return total


def _length_of_words(piece: str | None) -> int:
    words = piece.split() if piece else ()
    return sum(map(len, words)) + len(words)


def _html2txt_drops(element: HtmlElement) -> bool:
    return element.tag in _HTML2TXT_DROPS


def _readability_drops(element: HtmlElement) -> bool:
    """As its remove_unlikely_candidates and, before that, its summary do."""
    if element.tag in _READABILITY_DROPS:
        return True
    marks = " ".join(filter(None, (element.get("class"), element.get("id"))))
    return len(marks) > 1 and element.tag not in FRAME_TAGS and _is_unlikely(marks)


@lru_cache(maxsize=4_096)  # a page has a few hundred, most of them many times
def _is_unlikely(marks: str) -> bool:
    marks = marks.lower()
    return (
        REGEXES["unlikelyCandidatesRe"].search(marks) is not None
        and REGEXES["okMaybeItsACandidateRe"].search(marks) is None
    )
