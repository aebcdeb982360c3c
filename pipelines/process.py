"""The whole chain: a fetched page to a clean article, or why not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from pipelines.article_links import article_links
from pipelines.clean.draft import Draft
from pipelines.clean.links import linked_blocks
from pipelines.clean.steps import begin, clean
from pipelines.decode import decode_body
from pipelines.errors import ExtractionError
from pipelines.extract.body import extract_body
from pipelines.extract.metadata import read_metadata, read_rights
from pipelines.extract.page_links import base_url_of
from pipelines.extract.sources import PageSources, gather
from pipelines.fingerprint import content_hash, count_words
from pipelines.model.blocks import learned_draft, runs_of
from pipelines.model.classifier import BlockModel, Judged, judge_lines, shipped_model
from pipelines.model.outline import read_outline
from pipelines.page_kinds import MIN_ARTICLE_WORDS, not_an_article
from pipelines.parse import MAX_BODY_BYTES, parse_flattened, parse_html
from pipelines.records import (
    CleanArticle,
    Evidence,
    ExtractedArticle,
    FetchedPage,
    Metadata,
    Reason,
    Rejection,
    RightsSignals,
)
from pipelines.render import blocks_to_text
from pipelines.rules.fields import ruled_metadata
from pipelines.rules.obey import apply_cuts, obey
from pipelines.rules.parts import RuledPart, ruled_part
from pipelines.rules.records import Rule
from pipelines.rules.rulings import rule_lines
from pipelines.sites.apply import Profiled, apply_profile
from pipelines.sites.hashes import block_hash
from pipelines.sites.learn import sighted
from pipelines.sites.records import SiteProfile
from pipelines.sniff import not_html


def process_page(
    body: bytes | str,
    url: str,
    *,
    content_type: str | None = None,
    fetched_at: datetime | None = None,
) -> CleanArticle | Rejection:
    """A page's clean article, or why it is not one. No network, no database."""
    if isinstance(body, str):
        body, content_type = body.encode("utf-8", "replace"), "text/html; charset=utf-8"
    page = FetchedPage(
        request_url=url,
        url=url,
        body=body,
        content_type=content_type,
        fetched_at=fetched_at or datetime.now(UTC),
    )
    return process(page)


def process(
    page: FetchedPage,
    *,
    profile: SiteProfile | None = None,
    tdm_policy: Literal["metadata", "keep"] = "metadata",
) -> CleanArticle | Rejection:
    """A page's clean article, or why it is not one. Deterministic.

    Args:
        page: The response as received.
        profile: What is known about its site. It changes an article's text, never whether the
            page is an article. None: nothing.
        tdm_policy: What to do with a page whose publisher reserves text and data mining rights:
            reject it with its `metadata` only, or `keep` its text.

    Raises:
        PipelineError: The page could not be processed; its raw bytes are worth keeping.
    """
    opened = _open(page)
    if isinstance(opened, Rejection):
        return opened
    rules = () if profile is None else profile.rules
    rights = read_rights(opened.tree, page=page, sources=opened.sources)
    if rights.tdm_reserved and tdm_policy == "metadata":
        return _reserved(opened, page, rules, rights=rights)
    links = article_links(opened.tree, url=page.url)
    draft = _draft(opened, page, shipped_model(), rules)
    reason = not_an_article(draft, opened.tree, sources=opened.sources, url=page.url)
    if reason is not None and reason[0] in _WORTH_ANOTHER_TRY:
        draft, reason = _try_flattened(opened, page, rules) or (draft, reason)
    if reason is not None:
        return replace(_reject(page, *reason), rights=rights, links=links)
    return _article(draft, opened, page, profile, rights=rights, links=links)


def clean_page(
    page: FetchedPage, *, model: BlockModel | None = None, profile: SiteProfile | None = None
) -> CleanArticle | Rejection:
    """The clean article of a page known to be one: its kind, length and rights are not judged.

    Args:
        page: The response as received.
        model: To judge its blocks with. None: the one that comes with the package.
        profile: What its site repeats. None: nothing is known.

    Raises:
        PipelineError: The page could not be processed.
    """
    opened = _open(page)
    if isinstance(opened, Rejection):
        return opened
    rules = () if profile is None else profile.rules
    draft = _draft(opened, page, model or shipped_model(), rules)
    if not draft.blocks:
        draft, _ = _try_flattened(opened, page, rules) or (draft, None)
    if not draft.blocks:
        return _reject(page, Reason.EMPTY, "no text found")
    rights = read_rights(opened.tree, page=page, sources=opened.sources)
    return _article(draft, opened, page, profile, rights=rights, links=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenPage:
    """A page that is HTML, decoded and parsed."""

    html: str
    tree: HtmlElement
    sources: PageSources
    """Gathered once for rights and metadata."""


_BLANK_BYTES = b"\xef\xbb\xbf \t\r\n\f"
"""A byte order mark, and what HTML calls white space."""


def _open(page: FetchedPage) -> _OpenPage | Rejection:
    if not page.body.strip(_BLANK_BYTES):
        return _reject(page, Reason.EMPTY, "the body is empty")
    if len(page.body) > MAX_BODY_BYTES:
        size = f"{len(page.body)} bytes, the limit is {MAX_BODY_BYTES}"
        return _reject(page, Reason.TOO_LARGE, size)
    if (kind := not_html(page.body)) is not None:
        return _reject(page, Reason.NOT_HTML, f"the body is {kind}")
    html = decode_body(page.body, page.content_type)
    tree = _parsed(parse_html, html, page)
    if tree is None:
        return _reject(page, Reason.EMPTY, "no element in the page")
    return _OpenPage(html=html, tree=tree, sources=gather(tree))


_WORTH_ANOTHER_TRY = frozenset({Reason.EMPTY, Reason.NOT_ARTICLE})
MIN_HIDDEN_WORDS = 4 * MIN_ARTICLE_WORDS
"""Of the page's body, for a second look when the first extraction found next to nothing."""


def _draft(
    opened: _OpenPage, page: FetchedPage, model: BlockModel, rules: tuple[Rule, ...]
) -> Draft:
    # Text first, metadata second: no field of a page can cost its text.
    part = ruled_part(opened.tree, rules)
    outline = read_outline(part.tree, url=page.url)
    judged = judge_lines(part.tree, outline, model=model, url=page.url)
    blocks = () if judged.is_sure else extract_body(part.tree, url=page.url)
    metadata = _metadata(opened, page, rules)
    metadata = _with_source(metadata, judged)
    if judged.is_sure:
        draft = learned_draft(judged, metadata)
    else:
        article = ExtractedArticle(metadata=metadata, blocks=blocks)
        draft = begin(article, runs_of(outline))
    return clean(obey(draft, outline, rule_lines(outline, part, rules)) if rules else draft)


def _metadata(opened: _OpenPage, page: FetchedPage, rules: tuple[Rule, ...]) -> Metadata:
    metadata = read_metadata(opened.tree, page=page, sources=opened.sources)
    return ruled_metadata(metadata, opened.tree, rules, fetched_at=page.fetched_at)


def _with_source(metadata: Metadata, judged: Judged) -> Metadata:
    source = "block_model" if judged.is_sure else "trafilatura"
    told = Evidence(field="text", source=source, raw=f"doubt {judged.doubt:.2f}")
    return replace(metadata, evidence=(*metadata.evidence, told))


def _try_flattened(
    opened: _OpenPage, page: FetchedPage, rules: tuple[Rule, ...]
) -> tuple[Draft, None] | None:
    """The article of the page without its nesting; None if there is none either.

    An unclosed button or frame can swallow the text with all that follows it. Of the rules, those
    about texts hold: there are no elements to select. What a rule names as the body stands.
    """
    if ruled_part(opened.tree, rules).is_limited:
        return None
    flat = _parsed(parse_flattened, opened.html, page)
    if flat is None or count_words(" ".join(flat.itertext("p"))) < MIN_HIDDEN_WORDS:
        return None
    blocks = extract_body(flat, url=page.url)
    metadata = _metadata(opened, page, rules)
    article = ExtractedArticle(metadata=metadata, blocks=blocks)
    outline = read_outline(flat, url=page.url)
    draft = begin(article, runs_of(outline))
    if rules:
        draft = obey(draft, outline, rule_lines(outline, RuledPart(tree=flat), rules))
    draft = clean(draft)
    reason = not_an_article(draft, opened.tree, sources=opened.sources, url=page.url)
    return (draft, None) if reason is None else None


def _parsed(
    parse: Callable[[str], HtmlElement | None], html: str, page: FetchedPage
) -> HtmlElement | None:
    try:
        return parse(html)
    except etree.LxmlError as error:
        raise ExtractionError(str(error), url=page.url, step="parse") from error


def _reserved(
    opened: _OpenPage, page: FetchedPage, rules: tuple[Rule, ...], *, rights: RightsSignals
) -> Rejection:
    rejection = _reject(page, Reason.RESERVED, "the publisher reserves text and data mining")
    metadata = _metadata(opened, page, rules)
    return replace(rejection, metadata=metadata, rights=rights)


def _article(
    draft: Draft,
    opened: _OpenPage,
    page: FetchedPage,
    profile: SiteProfile | None,
    *,
    rights: RightsSignals,
    links: tuple[str, ...],
) -> CleanArticle:
    hashes = [block_hash(block.text) for block in draft.blocks]
    draft = apply_cuts(draft)
    profiled = Profiled(draft=draft) if profile is None else apply_profile(profile, draft, hashes)
    draft = profiled.draft
    blocks = linked_blocks(draft, base_url=base_url_of(opened.sources, page.url))
    text = blocks_to_text(blocks)
    return CleanArticle(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        metadata=draft.metadata,
        blocks=blocks,
        cuts=tuple(draft.cuts()),
        text=text,
        content_hash=content_hash(text),
        word_count=count_words(text),
        rights=rights,
        links=links,
        profile_version=0 if profile is None else profile.version,
        profile_flag="; ".join(filter(None, (draft.flag, profiled.flag))) or None,
        sighted=sighted(hashes),
    )


def _reject(page: FetchedPage, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        reason=reason,
        detail=detail,
    )
