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
from pipelines.model.classifier import (
    CERTAIN_KNOWN_DOUBT,
    BlockModel,
    Judged,
    judge_lines,
    shipped_model,
)
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
from pipelines.sites.layout import sight_layout
from pipelines.sites.learn import period_of, sample_key, sighted
from pipelines.sites.pruning import drop_furniture, is_known_layout
from pipelines.sites.records import SiteProfile
from pipelines.sites.sample import may_enter
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
    found = _read(opened, page, shipped_model(), profile)
    if found.reason is not None and found.reason[0] in _WORTH_ANOTHER_TRY:
        found = _try_flattened(opened, page, found, _rules_of(profile)) or found
    if found.reason is not None:
        return replace(_reject(page, *found.reason), rights=rights, links=links)
    return _article(found, page, profile, rights=rights, links=links)


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
    rights = read_rights(opened.tree, page=page, sources=opened.sources)
    found = _read(opened, page, model or shipped_model(), profile)
    if not found.draft.blocks:
        found = _try_flattened(opened, page, found, _rules_of(profile)) or found
    if not found.draft.blocks:
        return _reject(page, Reason.EMPTY, "no text found")
    return _article(found, page, profile, rights=rights, links=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenPage:
    """A page that is HTML, decoded and parsed."""

    html: str
    tree: HtmlElement
    """Whole until it is read for its text."""
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


KNOWN_LAYOUT = ", without its site's furniture"
"""What the evidence of a text adds that was read from its article's places alone."""

_WORTH_ANOTHER_TRY = frozenset({Reason.EMPTY, Reason.NOT_ARTICLE})
MIN_HIDDEN_WORDS = 4 * MIN_ARTICLE_WORDS
"""Of the page's body, for a second look when the first extraction found next to nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a page gave before its site's profile has its say about blocks."""

    opened: _OpenPage
    """As the text was read from it."""
    draft: Draft
    reason: tuple[Reason, str] | None
    """Why it is no article. None: it is one."""
    layout: bytes = b""
    is_outside_sample: bool = False


def _read(
    opened: _OpenPage, page: FetchedPage, model: BlockModel, profile: SiteProfile | None
) -> _Found:
    """The page's text: of a known site from its article's places alone, else from all of it.

    What is read as a whole depends on the page's address and date and on the profile, never on
    the text; so a site learns the same whatever it knew before.
    """
    # No field of a page can cost its text: each is read under a guard of its own.
    rules = _rules_of(profile)
    metadata = _metadata(opened, page, rules)
    if profile is None or _may_teach(page, metadata, profile):
        return _read_whole(opened, page, model, metadata, rules)
    pruned = _read_pruned(opened, page, model, metadata, profile)
    if isinstance(pruned, _Found):
        return pruned
    if pruned is not None:
        tree = _parsed(parse_html, opened.html, page)
        opened = opened if tree is None else replace(opened, tree=tree)
    found = _read_whole(opened, page, model, metadata, rules)
    draft = (
        found.draft
        if pruned is None
        else replace(found.draft, flag=_joined(found.draft.flag, pruned))
    )
    return replace(found, draft=draft, layout=b"", is_outside_sample=True)


def _may_teach(page: FetchedPage, metadata: Metadata, profile: SiteProfile) -> bool:
    key = sample_key(page.url, metadata.canonical_url)
    return may_enter(profile.bounds, key, period_of(metadata.published_at or page.fetched_at))


def _read_pruned(
    opened: _OpenPage,
    page: FetchedPage,
    model: BlockModel,
    metadata: Metadata,
    profile: SiteProfile,
) -> _Found | str | None:
    """The page without what its site holds no text in; the tree is cut.

    Why it has to be read as a whole, a sentence, where what is left is not for certain an article
    in a place that is known. None: nothing was cut.
    """
    if profile.rules or not drop_furniture(opened.tree, profile.furniture, texts=profile.texts):
        return None
    outline = read_outline(opened.tree, url=page.url)
    judged = judge_lines(
        opened.tree, outline, model=model, url=page.url, certain_doubt=CERTAIN_KNOWN_DOUBT
    )
    if not judged.is_sure or not is_known_layout(judged, profile.texts):
        return "the page is not laid out as its site's profile knows it: it was read as a whole"
    draft = clean(learned_draft(judged, _with_source(metadata, judged, note=KNOWN_LAYOUT)))
    if not_an_article(draft, opened.tree, sources=opened.sources, url=page.url) is not None:
        return "without its site's furniture the page is no article: it was read as a whole"
    return _Found(opened=opened, draft=draft, reason=None, is_outside_sample=True)


def _read_whole(
    opened: _OpenPage,
    page: FetchedPage,
    model: BlockModel,
    metadata: Metadata,
    rules: tuple[Rule, ...],
) -> _Found:
    part = ruled_part(opened.tree, rules)
    outline = read_outline(part.tree, url=page.url)
    judged = judge_lines(part.tree, outline, model=model, url=page.url)
    metadata = _with_source(metadata, judged)
    if judged.is_sure:
        draft = learned_draft(judged, metadata)
    else:
        blocks = extract_body(part.tree, url=page.url)
        article = ExtractedArticle(metadata=metadata, blocks=blocks)
        draft = begin(article, runs_of(outline))
    draft = clean(obey(draft, outline, rule_lines(outline, part, rules)) if rules else draft)
    return _Found(
        opened=opened,
        draft=draft,
        reason=not_an_article(draft, opened.tree, sources=opened.sources, url=page.url),
        layout=b"" if rules else sight_layout(judged, authors=metadata.authors),
    )


def _rules_of(profile: SiteProfile | None) -> tuple[Rule, ...]:
    return () if profile is None else profile.rules


def _joined(*flags: str | None) -> str | None:
    return "; ".join(filter(None, flags)) or None


def _metadata(opened: _OpenPage, page: FetchedPage, rules: tuple[Rule, ...]) -> Metadata:
    metadata = read_metadata(opened.tree, page=page, sources=opened.sources)
    return ruled_metadata(metadata, opened.tree, rules, fetched_at=page.fetched_at)


def _with_source(metadata: Metadata, judged: Judged, *, note: str = "") -> Metadata:
    source = "block_model" if judged.is_sure else "trafilatura"
    told = Evidence(field="text", source=source, raw=f"doubt {judged.doubt:.2f}{note}")
    return replace(metadata, evidence=(*metadata.evidence, told))


def _try_flattened(
    opened: _OpenPage, page: FetchedPage, found: _Found, rules: tuple[Rule, ...]
) -> _Found | None:
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
    article = ExtractedArticle(metadata=found.draft.metadata, blocks=blocks)
    outline = read_outline(flat, url=page.url)
    draft = begin(article, runs_of(outline))
    if rules:
        draft = obey(draft, outline, rule_lines(outline, RuledPart(tree=flat), rules))
    draft = clean(draft)
    reason = not_an_article(draft, opened.tree, sources=opened.sources, url=page.url)
    return replace(found, draft=draft, reason=None, layout=b"") if reason is None else None


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
    found: _Found,
    page: FetchedPage,
    profile: SiteProfile | None,
    *,
    rights: RightsSignals,
    links: tuple[str, ...],
) -> CleanArticle:
    draft = found.draft
    hashes = [block_hash(block.text) for block in draft.blocks]
    draft = apply_cuts(draft)
    profiled = Profiled(draft=draft) if profile is None else apply_profile(profile, draft, hashes)
    draft = profiled.draft
    blocks = linked_blocks(draft, base_url=base_url_of(found.opened.sources, page.url))
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
        profile_flag=_joined(draft.flag, profiled.flag),
        sighted=() if found.is_outside_sample else sighted(hashes),
        layout=found.layout,
        is_outside_sample=found.is_outside_sample,
    )


def _reject(page: FetchedPage, reason: Reason, detail: str) -> Rejection:
    return Rejection(
        request_url=page.request_url,
        url=page.url,
        fetched_at=page.fetched_at,
        reason=reason,
        detail=detail,
    )
