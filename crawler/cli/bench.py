"""`winnow bench`: Winnow on a user's own labelled pages, and stored articles as new ones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.options import ConfigOption, DbOption, JsonOption, open_archive
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.labelled import LabelledPage
    from pipelines.scoring import Score, ScoredPage
    from pipelines.sites.records import SiteProfile
    from pipelines.workers import WorkerPool

BELOW = 1


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the labelled pages are.")],
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add", metavar="ID|URL", help="Write a stored article there as a case; no scores."
        ),
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="The pages of one site teach each other first.")
    ] = False,
    min_f1: Annotated[
        float | None,
        typer.Option("--min-f1", min=0, max=100, help="End with 1 if the mean F1 is below."),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes at work.")
    ] = 1,
    db: DbOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the clean texts of your own labelled pages, the worst page first.

    A case is NAME.html or NAME.html.gz with its text in NAME.txt, and its URL in NAME.url if you
    know it; or a line of DIR/pages.jsonl: {"html": path, "url": URL, "text": text}. Precision,
    recall and F1 are in per cent of words, order aside. --add writes the kept page of a stored
    article and its text of today there: read the text, correct it, and it is a case.

    \b
    Examples:
      winnow bench labelled --min-f1 95
      winnow bench labelled --learn --json
      winnow bench labelled --add 17 --add https://www.example.org/a-story
    """
    from pipelines.errors import LabelError

    try:
        if add:
            _add(folder, add, db, config)
            return
        mean = _score(folder, learn=learn, workers=workers, as_json=as_json)
    except LabelError as error:
        raise ConfigError(str(error)) from error
    if min_f1 is not None and 100 * mean.f1 < min_f1:
        from crawler.cli.output import note

        note(f"winnow: the mean F1 is {100 * mean.f1:.2f}, below {min_f1:g}")
        raise typer.Exit(BELOW)


def _add(folder: Path, names: Sequence[str], db: str | None, config: Path | None) -> None:
    from crawler.cli.output import note
    from db.raw_pages import read_raw_page
    from pipelines.labelled import LabelledPage, write_labelled

    with open_archive(db, config) as archive, archive.session() as session:
        for name in names:
            article = archive.get(int(name) if name.isdecimal() else name)
            if article.raw_page_id is None:
                raise ConfigError(
                    f"the page of article {article.id} was not kept: only its text is stored"
                )
            raw = read_raw_page(session, article.raw_page_id)
            case = f"article-{article.id}"
            page = folder / f"{case}.html.gz"
            labelled = LabelledPage(name=case, page=page, url=raw.url, text=article.text)
            write_labelled(folder, labelled, raw.body)
            note(f"{folder / case}.txt: the text as it is today; correct it where it is wrong")


def _score(folder: Path, *, learn: bool, workers: int, as_json: bool) -> Score:
    from crawler.cli.clean import with_workers
    from crawler.cli.output import print_record, print_rows
    from pipelines.labelled import read_labelled
    from pipelines.scoring import mean_score

    cases = read_labelled(folder)

    async def work(pool: WorkerPool) -> list[ScoredPage]:
        profiles = await _profiles(cases, pool) if learn else {}
        return await _scores(cases, pool, profiles)

    scored = sorted(with_workers(work, workers=workers), key=lambda it: (it.score.f1, it.name))
    print_rows([_row(page) for page in scored], as_json=as_json)
    mean = mean_score([page.score for page in scored])
    print_record({"pages": len(scored), **_per_cent(mean)}, as_json=as_json)
    return mean


async def _profiles(cases: Sequence[LabelledPage], pool: WorkerPool) -> dict[str, SiteProfile]:
    """What the pages of each site have in common; those without an address teach nothing."""
    from pipelines.labelled import NO_URL
    from pipelines.scoring import sight_page
    from pipelines.sites.batch import BatchLearner, BatchSighting
    from pipelines.workers import WorkerFailed

    async def ask(case: LabelledPage) -> BatchSighting | None:
        try:
            return await pool.call(sight_page, case)
        except WorkerFailed:  # named when it is scored
            return None

    learner = BatchLearner()
    for page in await asyncio.gather(*(ask(case) for case in cases if case.url != NO_URL)):
        if page is not None:
            learner.add(page)
    return learner.profiles()


async def _scores(
    cases: Sequence[LabelledPage], pool: WorkerPool, profiles: dict[str, SiteProfile]
) -> list[ScoredPage]:
    from pipelines.scoring import no_text, score_page
    from pipelines.urls import site_of
    from pipelines.workers import WorkerFailed

    async def ask(case: LabelledPage) -> ScoredPage:
        try:
            return await pool.call(score_page, case, profiles.get(site_of(case.url)))
        except WorkerFailed as failure:
            return no_text(case, failure.detail)

    return await asyncio.gather(*(ask(case) for case in cases))


def _row(page: ScoredPage) -> dict[str, object]:
    return {"page": page.name, **_per_cent(page.score), "reason": page.reason, "url": page.url}


def _per_cent(score: Score) -> dict[str, object]:
    return {
        "precision": round(100 * score.precision, 2),
        "recall": round(100 * score.recall, 2),
        "f1": round(100 * score.f1, 2),
    }
