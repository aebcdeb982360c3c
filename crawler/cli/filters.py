"""What articles are asked for: the query and the filters that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db import Archive
    from db.search import Filters

QueryArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY]...", help='Words, "a phrase", -not, OR, prefix*, field:value.'),
]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="KEY", help="Only from this source.")
]
SiteOption = Annotated[
    str | None, typer.Option("--site", metavar="SITE", help="Only from this site.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Only in this language: de.")
]
AuthorOption = Annotated[
    str | None, typer.Option("--author", metavar="NAME", help="Only by this author.")
]
SectionOption = Annotated[
    str | None, typer.Option("--section", metavar="NAME", help="Only of this section.")
]
TagOption = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only with this tag.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Not before: 2026-01-31 or 7d ago.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Not after: 2026-01-31.")
]


def query_of(words: Sequence[str] | None) -> str:
    """The query that these arguments are: whoever forgets its quotes means one, not several."""
    return " ".join(words or ())


def filters_of(**given: str | None) -> Filters:
    """The filters that were given."""
    return cast("Filters", {name: value for name, value in given.items() if value is not None})


def require_known_sources(archive: Archive, words: str, filters: Filters) -> None:
    """A mistyped source would otherwise be an answer without hits.

    Raises:
        SourceError: A source of that name is not followed.
    """
    from crawler.sources import find_source

    with archive.session() as session:
        for key in archive.named_sources(words, **filters):
            find_source(session, key)
