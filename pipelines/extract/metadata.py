"""What a page says about its article: every field from ranked evidence, each guarded on its own."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from lxml.html import HtmlElement

from pipelines.extract.authors import choose_authors
from pipelines.extract.captions import choose_caption
from pipelines.extract.dates import Moment
from pipelines.extract.evidence import Found, found_value
from pipelines.extract.guessed_dates import guess_date
from pipelines.extract.jsonld import article_node, by_id, parse_jsonld
from pipelines.extract.language import MAX_SAMPLE_CHARACTERS, choose_language
from pipelines.extract.page_links import choose_canonical, choose_image
from pipelines.extract.paywall import choose_paywalled
from pipelines.extract.publication import choose_modified, choose_published
from pipelines.extract.rights import read_rights
from pipelines.extract.site_names import choose_site_name, host_labels, site_names, spellings
from pipelines.extract.sources import PageSources, gather
from pipelines.extract.subject import choose_description, choose_section, choose_tags
from pipelines.extract.titles import Site, choose_title
from pipelines.records import Evidence, FetchedPage, Metadata

__all__ = ["read_metadata", "read_rights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """What was found for each field of Metadata, by the field's name."""

    title: Found[str] | None
    authors: Found[tuple[str, ...]] | None
    published_at: Found[Moment] | None
    modified_at: Found[Moment] | None
    language: Found[str] | None
    section: Found[str] | None
    tags: Found[tuple[str, ...]] | None
    image_url: Found[str] | None
    image_caption: Found[str] | None
    site_name: Found[str] | None
    description: Found[str] | None
    paywalled: Found[bool] | None
    canonical_url: Found[str] | None


def read_metadata(
    tree: HtmlElement, *, page: FetchedPage, sources: PageSources | None = None
) -> Metadata:
    """The page's metadata; a field that no source gives a usable value for is None or empty.

    The tree is the complete parsed page, JSON-LD included; it is only read. Bad values cost
    their own field at most; nothing is raised for them.

    Args:
        tree: The complete parsed page.
        page: The page with its URL and what its feed said.
        sources: What `gather` found in the tree. None: it is gathered here.
    """
    chosen = _choose(tree, page, sources or gather(tree))
    published, modified = found_value(chosen.published_at), found_value(chosen.modified_at)
    return Metadata(
        title=found_value(chosen.title),
        authors=found_value(chosen.authors) or (),
        published_at=published.at if published else None,
        published_offset_minutes=published.offset_minutes if published else None,
        modified_at=modified.at if modified else None,
        modified_offset_minutes=modified.offset_minutes if modified else None,
        language=found_value(chosen.language),
        section=found_value(chosen.section),
        tags=found_value(chosen.tags) or (),
        image_url=found_value(chosen.image_url),
        image_caption=found_value(chosen.image_caption),
        site_name=found_value(chosen.site_name),
        description=found_value(chosen.description),
        paywalled=found_value(chosen.paywalled),
        canonical_url=found_value(chosen.canonical_url),
        evidence=tuple(_evidence(chosen)),
    )


def _choose(tree: HtmlElement, page: FetchedPage, sources: PageSources) -> _Choices:
    nodes = parse_jsonld(sources.jsonld)
    article = article_node(nodes, page_url=page.url)
    names = site_names(sources, nodes, article=article)
    labels = host_labels(page.url)
    site = Site(names=spellings(names), labels=labels)
    published = choose_published(sources, article=article, nodes=nodes, page=page) or guess_date(
        tree, page=page
    )
    title = choose_title(sources, article=article, site=site, feed_title=page.link_title)
    image = choose_image(sources, article=article, page_url=page.url)
    return _Choices(
        title=title,
        authors=choose_authors(
            sources,
            article=article,
            nodes_by_id=by_id(nodes),
            site_names=site.names | spellings(labels),
        ),
        published_at=published,
        modified_at=choose_modified(
            sources, article=article, published=found_value(published), page=page
        ),
        language=choose_language(sources, article=article, sample=_sample(sources)),
        section=choose_section(sources, article=article),
        tags=choose_tags(sources, article=article),
        image_url=image,
        image_caption=choose_caption(sources, article=article, image=image, title=title),
        site_name=choose_site_name(sources, nodes, article=article),
        description=choose_description(sources, article=article),
        paywalled=choose_paywalled(sources, article=article, nodes=nodes),
        canonical_url=choose_canonical(sources, page_url=page.url),
    )


def _evidence(chosen: _Choices) -> Iterator[Evidence]:
    for field in fields(chosen):
        found: Found[object] | None = getattr(chosen, field.name)
        if found is not None:
            yield found.evidence(field.name)


def _sample(sources: PageSources) -> str:
    """Some of the page's text, for telling its script."""
    texts = [*sources.headings[:2], sources.title[:200], *sources.paragraphs]
    return " ".join(texts)[:MAX_SAMPLE_CHARACTERS]
