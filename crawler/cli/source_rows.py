"""Sources as rows to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.cli.output import duration
from crawler.revisits import format_revisit, revisit_ages

if TYPE_CHECKING:
    from crawler.source_trial import Trial
    from crawler.sources import SourceWithSeeds
    from db.sources import SourceOverview

TEXT_SHOWN = 600
"""Characters of the article that `sources test` shows."""


def overview_row(overview: SourceOverview) -> dict[str, object]:
    """One line of `sources list`."""
    source = overview.source
    return {
        "key": source.key,
        "name": source.name,
        "every": duration(source.every_seconds),
        "state": _state(source.paused_at is not None, source.failures),
        "seeds": overview.seeds,
        "articles": overview.articles,
        "last_read": overview.last_read_at,
        "next_due": source.next_due_at,
        "url": source.url,
    }


def source_row(found: SourceWithSeeds) -> dict[str, object]:
    """Everything said about a source, and its seeds."""
    source = found.source
    return {
        "key": source.key,
        "name": source.name,
        "url": source.url,
        "section": source.section,
        "every": duration(source.every_seconds),
        "delay": duration(source.delay_seconds),
        "max": source.max_pages,
        "since": duration(source.reach_back_seconds),
        "revisit": format_revisit(revisit_ages(source)),
        "user_agent": source.user_agent,
        "proxy": source.proxy,
        "cookies": source.cookies,
        "insecure": not source.verify_tls,
        "include": source.include,
        "exclude": source.exclude,
        "state": _state(source.paused_at is not None, source.failures),
        "next_due": source.next_due_at,
        "seeds": [
            {
                "kind": str(seed.kind),
                "url": seed.url,
                "outcome": seed.outcome,
                "detail": seed.detail,
                "read_at": seed.read_at,
                "links": seed.links_found,
            }
            for seed in found.seeds
        ],
    }


def trial_row(trial: Trial) -> dict[str, object]:
    """What `sources test` found."""
    article = trial.article
    return {
        "seeds": [
            {"kind": it.kind, "url": it.url, "links": it.links, "problem": it.problem}
            for it in trial.seeds
        ],
        "first_links": list(trial.first_links),
        "article": article.url if article else None,
        "title": article.metadata.title if article else None,
        "published_at": article.metadata.published_at if article else None,
        "words": article.word_count if article else None,
        "text": article.text[:TEXT_SHOWN] if article else None,
        "problem": trial.problem,
    }


def _state(paused: bool, failures: int) -> str:
    if paused:
        return "paused"
    return f"failing ({failures})" if failures else "active"
