"""What an article is filed under and described as: section, tags, description."""

from collections.abc import Iterator

from pipelines.extract.evidence import Found
from pipelines.extract.jsonld import Node, strings_in
from pipelines.extract.lines import match_key, one_line
from pipelines.extract.sources import PageSources

MAX_TAGS = 50
MAX_TAG_CHARACTERS = 100
MAX_SECTION_CHARACTERS = 200
MAX_DESCRIPTION_CHARACTERS = 2_000


def choose_section(sources: PageSources, *, article: Node) -> Found[str] | None:
    """The section the article stands in; None if the page names none."""
    metas = ("article:section", "og:section", "section", "parsely-section", "dc.subject.section")
    said = [(f"meta:{name}", value) for name, value in sources.meta(*metas)]
    said += [
        ("json-ld:articleSection", value) for value in strings_in(article.get("articleSection"))
    ]
    said += [
        ("microdata:articleSection", value) for value in sources.items.get("articlesection", ())
    ]
    return _first_line(said, limit=MAX_SECTION_CHARACTERS)


def choose_tags(sources: PageSources, *, article: Node) -> Found[tuple[str, ...]] | None:
    """At most 50 distinct tags from the first source that has any."""
    by_source = (
        ("meta:article:tag", [value for _, value in sources.meta("article:tag", "og:article:tag")]),
        ("json-ld:keywords", list(strings_in(article.get("keywords")))),
        ("meta:news_keywords", [value for _, value in sources.meta("news_keywords")]),
        ("meta:keywords", [value for _, value in sources.meta("keywords", "parsely-tags")]),
        ("microdata:keywords", sources.items.get("keywords", [])),
    )
    for source, raws in by_source:
        if tags := _distinct_tags(raws):
            return Found(tags, source, "; ".join(raws[:10]))
    return None


def choose_description(sources: PageSources, *, article: Node) -> Found[str] | None:
    """What the page says it is about, at most 2,000 characters; None if it says nothing."""
    metas = ("og:description", "description", "twitter:description", "dc.description")
    said = [(f"meta:{name}", value) for name, value in sources.meta(*metas)]
    said += [("json-ld:description", value) for value in strings_in(article.get("description"))]
    return _first_line(said, limit=MAX_DESCRIPTION_CHARACTERS)


def _first_line(said: list[tuple[str, str]], *, limit: int) -> Found[str] | None:
    for source, raw in said:
        if text := one_line(raw, limit=limit):
            return Found(text, source, raw)
    return None


def _distinct_tags(raws: list[str]) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for tag in _split_tags(raws):
        tags.setdefault(match_key(tag), tag)
        if len(tags) == MAX_TAGS:
            break
    return tuple(tags.values())


def _split_tags(raws: list[str]) -> Iterator[str]:
    for raw in raws[:MAX_TAGS]:
        line = one_line(raw, limit=MAX_DESCRIPTION_CHARACTERS)
        mark = ";" if line.count(";") > line.count(",") else ","
        for part in line.split(mark):
            # Parse.ly and WordPress put "key:value" pairs for machines among the keywords.
            if match_key(part) and len(part) <= MAX_TAG_CHARACTERS:
                yield part.strip()
