"""The whole chain: a fetched page to a clean article, or why not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from pipelines.article_links import article_links
from pipelines.clean.links import linked_blocks
from pipelines.extract.metadata import read_rights
from pipelines.extract.page_links import base_url_of
from pipelines.fingerprint import content_hash, count_words
from pipelines.model.classifier import BlockModel, shipped_model
from pipelines.opening import OpenPage, open_page, reject
from pipelines.reading import Found, joined, metadata_of, read_text, rules_of, try_flattened
from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection, RightsSignals
from pipelines.render import blocks_to_text
from pipelines.rules.obey import apply_cuts
from pipelines.rules.records import Rule
from pipelines.sites.apply import Profiled, apply_profile
from pipelines.sites.hashes import block_hash
from pipelines.sites.learn import sighted
from pipelines.sites.records import SiteProfile

_WORTH_ANOTHER_TRY = frozenset({Reason.EMPTY, Reason.NOT_ARTICLE})


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
    model: BlockModel | None = None,
    profile: SiteProfile | None = None,
    tdm_policy: Literal["metadata", "keep"] = "metadata",
    with_links: bool = True,
) -> CleanArticle | Rejection:
    """A page's clean article, or why it is not one. Deterministic.

    Args:
        page: The response as received.
        model: To judge its blocks with. None: the one that comes with the package.
        profile: What is known about its site. It changes an article's text, never whether the
            page is an article. None: nothing.
        tdm_policy: What to do with a page whose publisher reserves text and data mining rights:
            reject it with its `metadata` only, or `keep` its text.
        with_links: Whether to look for links to other articles.

    Raises:
        PipelineError: The page could not be processed; its raw bytes are worth keeping.
    """
    opened = open_page(page)
    if isinstance(opened, Rejection):
        return opened
    rules = () if profile is None else profile.rules
    rights = read_rights(opened.tree, page=page, sources=opened.sources)
    if rights.tdm_reserved and tdm_policy == "metadata":
        return _reserved(opened, page, rules, rights=rights)
    links = article_links(opened.tree, url=page.url) if with_links else ()
    found = read_text(opened, page, model or shipped_model(), profile)
    if found.reason is not None and found.reason[0] in _WORTH_ANOTHER_TRY:
        found = try_flattened(opened, page, found, rules_of(profile)) or found
    if found.reason is not None:
        return replace(reject(page, *found.reason), rights=rights, links=links)
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
    opened = open_page(page)
    if isinstance(opened, Rejection):
        return opened
    rights = read_rights(opened.tree, page=page, sources=opened.sources)
    found = read_text(opened, page, model or shipped_model(), profile)
    if not found.draft.blocks:
        found = try_flattened(opened, page, found, rules_of(profile)) or found
    if not found.draft.blocks:
        return reject(page, Reason.EMPTY, "no text found")
    return _article(found, page, profile, rights=rights, links=())


def _reserved(
    opened: OpenPage, page: FetchedPage, rules: tuple[Rule, ...], *, rights: RightsSignals
) -> Rejection:
    rejection = reject(page, Reason.RESERVED, "the publisher reserves text and data mining")
    metadata = metadata_of(opened, page, rules)
    return replace(rejection, metadata=metadata, rights=rights)


def _article(
    found: Found,
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
        content_hash=content_hash(*[block.text for block in blocks]),
        word_count=count_words(text),
        rights=rights,
        links=links,
        profile_version=0 if profile is None else profile.version,
        profile_flag=joined(draft.flag, profiled.flag),
        sighted=() if found.is_outside_sample else sighted(hashes),
        layout=found.layout,
        is_outside_sample=found.is_outside_sample,
    )
