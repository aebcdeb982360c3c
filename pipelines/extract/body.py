"""The text of an article. The only import of trafilatura.

trafilatura runs three extractors on every page and compares them. Here its own functions run in
its own order, but a comparison whose winner is known beforehand is skipped, and so are the copies
made for it. The text is trafilatura's own, which a test holds; the hard pages take its own path.
"""

import logging
import re
from copy import copy

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
from trafilatura.readability_lxml import Document as ReadabilityDocument
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
_BODY_CHARACTERS = etree.XPath("string-length(normalize-space(.//body))")
_BODY_NODES = etree.XPath("count(.//body//node())")
_UNCLEAN = etree.XPath(SANITIZED_XPATH)
_HAS_PARAGRAPH_TEXT = etree.XPath("boolean(.//p//text())")
_TABLES_OVER_PARAGRAPHS = etree.XPath("count(.//table) > count(.//p)")

# It logs every page it finds nothing on; the ledger says so already.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract_body(tree: HtmlElement, *, url: str) -> tuple[Block, ...]:
    """The article's blocks in page order; empty if trafilatura finds none. The tree is only read.

    Raises:
        ExtractionError: trafilatura or lxml failed on this tree.
    """
    options = Extractor(output_format="python", comments=False, url=url)
    try:
        body = _extract(tree, options)
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


def _extract(tree: HtmlElement, options: Extractor) -> etree._Element:
    if _FORUM(tree):  # posts stand in comment containers there
        return _whole_sequence(tree, options)
    pruned = _prune(copy(tree))
    cleaned = convert_tags(tree_cleaning(copy(pruned), options), options, options.url)
    body, text = extract_content(cleaned, options)
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
    # Its expressions call Python for every div of the page: ask first whether they can match.
    marks = "\n".join(
        f"{element.get('class', '')}\n{element.get('id', '')}"
        for element in tree.iter(*_PRUNED_TAGS)
    )
    if _APPENDED_ARTICLES.search(marks):
        tree = prune_unwanted_nodes(tree, RAW_TREE_PRUNE_XPATH)
    if _COMMENTS.search(marks):
        tree = prune_unwanted_nodes(tree, REMOVE_COMMENTS_AND_LISTS_XPATH)
    return tree


def _compare(
    pruned: HtmlElement, body: etree._Element, text: str, options: Extractor
) -> tuple[etree._Element, str]:
    """The winner of trafilatura, readability and justext, as compare_extraction finds it."""
    candidate = copy(pruned) if _UNCLEAN(body) else _readability_input(pruned, body, len(text))
    if candidate is None:
        return body, text
    cleaned = tree_cleaning(copy(pruned), options)
    return compare_extraction(cleaned, candidate, body, text, options)


def _readability_input(
    pruned: HtmlElement, body: etree._Element, length: int
) -> HtmlElement | None:
    """The tree for readability; None if its text cannot be long enough to be preferred.

    It is preferred if it is more than twice as long as trafilatura's, or if that has no
    paragraphs or more tables than paragraphs; and it is never longer than the page it reads.
    """
    is_sound = _HAS_PARAGRAPH_TEXT(body) and not _TABLES_OVER_PARAGRAPHS(body)
    if is_sound and _BODY_CHARACTERS(pruned) <= 2 * length:
        return None
    tree = copy(pruned)
    ReadabilityDocument(tree, min_text_length=25).remove_unlikely_candidates()
    return None if is_sound and _BODY_CHARACTERS(tree) <= 2 * length else tree


def _is_small_part(text: str, pruned: HtmlElement) -> bool:
    """Whether the text covers so little of the page that trafilatura tries other ways."""
    if len(text) >= ESCALATION_MAX_LENGTH:
        return False
    # html2txt adds at most a space at either end of each text node.
    if len(text) >= ESCALATION_PAGE_SHARE * (_BODY_CHARACTERS(pruned) + 2 * _BODY_NODES(pruned)):
        return False
    return len(text) < ESCALATION_PAGE_SHARE * len(html2txt(pruned))
