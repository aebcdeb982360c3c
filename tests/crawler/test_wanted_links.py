"""Which links of a seed are followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.link_patterns import compile_patterns
from crawler.wanted_links import WantedLinks, wanted_children
from pipelines.records import Link

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLDEST = NOW - timedelta(days=7)
DAYS = st.one_of(st.none(), st.integers(-30, 30).map(lambda days: NOW + timedelta(days=days)))
LINKS = st.lists(
    st.builds(
        lambda number, published_at, modified_at: Link(
            url=f"https://example.org/2026/02/28/report-{number}",
            published_at=published_at,
            modified_at=modified_at,
        ),
        st.integers(0, 99),
        DAYS,
        DAYS,
    ),
    max_size=20,
)


def wanted(*, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> WantedLinks:
    return WantedLinks(oldest=OLDEST, patterns=compile_patterns(include, exclude))


def link(name: str, days: float | None = None, *, changed: float | None = None) -> Link:
    return Link(
        url=f"https://example.org/2026/02/28/{name}",
        published_at=None if days is None else NOW - timedelta(days=days),
        modified_at=None if changed is None else NOW - timedelta(days=changed),
    )


def names(links: list[Link]) -> list[str]:
    return [it.url.rsplit("/", 1)[1] for it in links]


def test_the_newest_come_first_and_undated_ones_last_as_they_stood() -> None:
    links = [link("undated-b"), link("old", 5), link("undated-a"), link("new", 1)]
    assert names(wanted().pick(links)) == ["new", "old", "undated-b", "undated-a"]


def test_old_links_are_left_unless_they_changed() -> None:
    links = [link("old", 8), link("changed", 400, changed=1), link("edge", 7)]
    assert names(wanted().pick(links)) == ["changed", "edge"]


def test_patterns_choose() -> None:
    links = [link("match-report", 1), link("live-report", 1), link("weather", 1)]
    chosen = wanted(include=("report",), exclude=("live-",)).pick(links)
    assert names(chosen) == ["match-report"]


def test_traps_are_left() -> None:
    trap = Link(url="https://example.org/" + "a/b/" * 12)
    assert wanted().pick([trap, link("report")]) == [link("report")]


def test_of_child_sitemaps_only_recent_ones_are_read() -> None:
    children = [link("2004", changed=8000), link("undated"), link("now", changed=0)]
    assert names(wanted_children(children, oldest=OLDEST)) == ["now", "undated"]


@given(LINKS)
def test_picking_twice_is_picking_once_and_invents_nothing(links: list[Link]) -> None:
    once = wanted().pick(links)
    assert wanted().pick(once) == once
    assert all(it in links for it in once)
    assert all(
        at >= OLDEST
        for it in once
        if (at := max(filter(None, (it.published_at, it.modified_at)), default=None)) is not None
    )
