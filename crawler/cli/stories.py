"""`winnow stories` and `winnow dupes`: which articles tell the same story, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import (
    ConfigOption,
    DbOption,
    JsonOption,
    how_many,
    open_archive,
    open_database,
    row_number,
)
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from pipelines.story_likeness import Likeness

stories_app = typer.Typer(
    help="Articles that tell the same story.", no_args_is_help=True, rich_markup_mode=None
)

MAX_MEMBERS_COMPARED = 20
"""Of a story: 300 copies of one wire text differ little."""

StoryArgument = Annotated[
    int, typer.Argument(parser=row_number, metavar="STORY", help="As the list shows.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(stories_app, name="stories")
    app.command("dupes")(dupes)


@stories_app.command("list")
def list_stories(
    min_members: Annotated[
        int,
        typer.Option("--min-members", parser=how_many, metavar="N", help="With so many articles."),
    ] = 2,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Seen since: 2026-01-31 or 7d ago."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", parser=how_many, metavar="N", help="At most N.")
    ] = 50,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the stories that several articles tell, those seen last first.

    \b
    Example:
      winnow stories list --since 7d
    """
    from crawler.cli.output import plain, print_rows

    with open_archive(db, config) as archive:
        found = archive.stories(min_members=min_members, since=_moment(since), limit=limit)
    rows = [plain(it) for it in found]
    print_rows([it for it in rows if isinstance(it, dict)], as_json=as_json)


@stories_app.command("show")
def show(
    story: StoryArgument,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one story: its articles, and the stories that share much of its text.

    \b
    Example:
      winnow stories show 12
    """
    from crawler.cli.output import plain, print_record

    with open_archive(db, config) as archive:
        found, members = archive.story(story), archive.members(story)
        links = archive.links(story)
    record = plain(found)
    if isinstance(record, dict):
        articles, others = [plain(it) for it in members], [plain(it) for it in links]
        print_record({**record, "articles": articles, "links": others}, as_json=as_json)


@stories_app.command("split")
def split(
    story: StoryArgument,
    articles: Annotated[
        list[int],
        typer.Argument(parser=row_number, metavar="ID...", help="Articles of it."),
    ],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Take articles out of a story, into one of their own; a re-index leaves them there.

    \b
    Example:
      winnow stories split 12 341 355
    """
    from crawler.cli.output import counted, note
    from pipelines.story_decisions import split_story

    with open_database(db, config) as database, database.write() as session:
        new_story = split_story(session, story, articles)
    count = len(set(articles))
    verb = "is" if count == 1 else "are"
    note(f"{counted(count, 'article')} of story {story} {verb} story {new_story} now")


@stories_app.command("join")
def join(
    stories: Annotated[
        list[int],
        typer.Argument(parser=row_number, metavar="STORY...", help="Two or more."),
    ],
    db: DbOption = None,
    config: ConfigOption = None,
) -> None:
    """Make one story of several; a re-index leaves them together.

    \b
    Example:
      winnow stories join 12 17
    """
    from crawler.cli.output import note
    from pipelines.story_decisions import join_stories

    with open_database(db, config) as database, database.write() as session:
        story = join_stories(session, stories)
    note(f"story {story} has all their articles now")


@stories_app.command("reindex")
def reindex(db: DbOption = None, config: ConfigOption = None) -> None:
    """Decide about every article again, oldest first; interrupted, it goes on where it was.

    What you split and joined stays. Needed once for articles stored before there were stories.

    \b
    Example:
      winnow stories reindex
    """
    from crawler.cli.output import counted, note
    from pipelines.story_decisions import reindex as run

    with open_database(db, config) as database:
        done = run(database, lambda it: note(f"{it.done}/{it.total} articles"))
    note(f"{counted(done, 'article')} looked at")


def dupes(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="As `search` shows it.")],
    with_article: Annotated[
        str | None, typer.Option("--with", metavar="ID|URL", help="Compare with this one only.")
    ] = None,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an article is or is not the same story as others: the figures of each rule.

    First come the earliest articles of its own story, at most 20, then other stories that share
    much of its text. `together`: both are in one story now; `by_hand`: a person put one of them
    where it is, whatever the figures say.

    \b
    Examples:
      winnow dupes 341
      winnow dupes 341 --with 355
    """
    from crawler.cli.output import note, print_whole_rows
    from pipelines.story_likeness import compared_with

    with open_archive(db, config) as archive:
        wanted = archive.get(article).id
        other = archive.get(with_article).id if with_article is not None else None
        with archive.session() as session:
            if other is None:
                found = _all_likenesses(session, wanted)
            else:
                found = [compared_with(session, wanted, other)]
            rows = _likeness_rows(session, wanted, found)
    if rows:
        print_whole_rows(rows, as_json=as_json)
    else:
        note("no other article shares enough of its text to be compared")


def _all_likenesses(session: Session, article_id: int) -> list[Likeness]:
    """With the articles of its own story, then with the other stories that share much."""
    from db.stories import stories_of
    from db.story_reading import members_of
    from pipelines.story_likeness import compared_with, likenesses_of

    own = stories_of(session, [article_id]).get(article_id)
    members = [] if own is None else members_of(session, own)[: MAX_MEMBERS_COMPARED + 1]
    beside = [it.article_id for it in members if it.article_id != article_id]
    others = likenesses_of(session, article_id)
    return [
        *(compared_with(session, article_id, it) for it in beside[:MAX_MEMBERS_COMPARED]),
        *(it for it in others if it.article_id not in beside),
    ]


def _likeness_rows(
    session: Session, article_id: int, found: Sequence[Likeness]
) -> list[dict[str, object]]:
    """How things stand, then what the rules say."""
    from db.stories import placed_by_hand, stories_of

    own = stories_of(session, [article_id]).get(article_id)
    placed = placed_by_hand(session, [article_id, *(it.article_id for it in found)])
    return [
        {
            "story": it.story_id,
            "article": it.article_id,
            "together": it.story_id == own,
            "by_hand": not placed.isdisjoint({article_id, it.article_id}),
            **_figures(it),
        }
        for it in found
    ]


def _figures(likeness: Likeness) -> dict[str, object]:
    from pipelines.stories.rule import failed_rules

    figures = likeness.figures
    return {
        "verdict": str(likeness.verdict),
        "failed": failed_rules(figures),
        "exact": likeness.is_exact,
        "shared": figures.shared,
        "containment": round(figures.containment, 3),
        "jaccard": round(figures.jaccard, 3),
        "full_containment": round(figures.full_containment, 3),
        "salient_overlap": _rounded(figures.salient_overlap),
        "number_overlap": _rounded(figures.number_overlap),
        "numbers_shared": figures.numbers_shared,
        "rest_share": round(figures.rest_share, 3),
        "rest_alike": figures.rest_alike,
        "begin_alike": figures.begin_alike,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _moment(since: str | None) -> datetime | None:
    """The time that is meant.

    Raises:
        ConfigError: It is none.
    """
    from datetime import UTC, datetime

    from db.query_dates import since_time

    if since is None:
        return None
    try:
        return since_time(since, datetime.now(UTC))
    except ValueError as error:
        raise ConfigError(f"--since: {error}") from error
