"""Run crawls: spiders, frontier, schedule and command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.api import crawl
    from crawler.plan import RunReport

__all__ = ["crawl"]


def __getattr__(name: str) -> Callable[..., RunReport]:
    """The public face, loaded when it is asked for: `winnow --help` does not wait for it."""
    if name == "crawl":
        from crawler.api import crawl  # noqa: PLC0415 - that is the point

        return crawl
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
