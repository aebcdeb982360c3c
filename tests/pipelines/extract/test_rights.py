import pytest

from pipelines.extract.metadata import read_rights
from pipelines.records import RightsSignals
from tests.pipelines.extract.invented_pages import fetched, tree_of


def rights(head: str = "", **fields: object) -> RightsSignals:
    return read_rights(
        tree_of(f"<html><head>{head}</head><p>Text</p></html>"), page=fetched(**fields)
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", RightsSignals()),
        ('<meta name="robots" content="index, follow">', RightsSignals()),
        ('<meta name="robots" content="max-snippet:-1, max-image-preview:none">', RightsSignals()),
        ('<meta name="ROBOTS" content="NOINDEX,nofollow">', RightsSignals(noindex=True)),
        ('<meta name="robots" content="none">', RightsSignals(noindex=True)),
        ('<meta name="googlebot" content="noarchive">', RightsSignals(noarchive=True)),
        ('<meta name="robots" content="noai, noimageai">', RightsSignals(noai=True)),
        ('<meta name="robots" content="noimageai">', RightsSignals(noai=True)),
        ('<meta name="tdm-reservation" content="1">', RightsSignals(tdm_reserved=True)),
        ('<meta name="tdm-reservation" content="0">', RightsSignals()),
    ],
)
def test_the_metas_of_a_page_are_heard(head: str, expected: RightsSignals) -> None:
    assert rights(head) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("noindex", RightsSignals(noindex=True)),
        ("googlebot: noindex, noarchive", RightsSignals(noindex=True, noarchive=True)),
        ("nofollow, otherbot: noai", RightsSignals(noai=True)),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST", RightsSignals()),
        ("max-image-preview: none", RightsSignals()),
        ("noindex," * 100_000, RightsSignals(noindex=True)),
    ],
)
def test_the_header_is_heard_whomever_it_addresses(header: str, expected: RightsSignals) -> None:
    assert rights(robots_tag=header) == expected


def test_a_reservation_by_header_counts_without_a_meta() -> None:
    assert rights(tdm_reserved=True).tdm_reserved
