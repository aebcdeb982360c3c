from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.dates import Moment, date_in_url, in_range, local_time, parse_date

FETCHED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T10:00:00Z", "2024-01-02T10:00"),
        ("2024-01-02T10:00:00.0000000Z", "2024-01-02T10:00"),
        ("2024-01-02T10:00+0100", "2024-01-02T09:00"),
        ("2024-01-02 10:00:00 -0500", "2024-01-02T15:00"),
        ("20240102T100000Z", "2024-01-02T10:00"),
        ("20240102", "2024-01-02T00:00"),
        ("Tue, 02 Jan 2024 10:00:00 GMT", "2024-01-02T10:00"),
        ("Tue Jan 02 2024 10:00:00 GMT+0100", "2024-01-02T09:00"),
        ("1er février 2024 à 14h07", "2024-02-01T14:07"),
        ("3 juillet 2024", "2024-07-03T00:00"),
        ("5 de marzo de 2024", "2024-03-05T00:00"),
        ("March 5th, 2024 3:05 p.m. EST", "2024-03-05T20:05"),
        ("March 5, 2024 12:05 am", "2024-03-05T00:05"),
        ("5. März 2024, 14:05 Uhr", "2024-03-05T14:05"),
        ("05.03.2024 14:05", "2024-03-05T14:05"),
        ("25.04.24 | 14:07 Uhr", "2024-04-25T14:07"),
        ("12/25/2024", "2024-12-25T00:00"),
        ("2024年3月5日 14時05分", "2024-03-05T14:05"),
        ("12 września 2024", "2024-09-12T00:00"),
        ("5 \u043c\u0430\u044f 2024", "2024-05-05T00:00"),
        ("1704189600", "2024-01-02T10:00"),
        ("1704189600000", "2024-01-02T10:00"),
        ("2024-01-02T10:00:00+24:00", "2024-01-02T10:00"),
    ],
)
def test_a_date_in_any_usual_spelling_becomes_a_utc_moment(text: str, expected: str) -> None:
    moment = parse_date(text, fetched_at=FETCHED_AT)
    assert moment is not None
    assert moment.at.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    ("text", "offset_minutes"),
    [
        ("2024-01-02T23:30:00-05:00", -300),
        ("2024-01-02T23:30:00.123+0530", 330),
        ("2024-01-02T23:30-05", -300),
        ("Tue Jan 02 2024 23:30:00 GMT+1", 60),
        ("2 January 2024 23:30 CEST", 120),
        ("Jan 2, 2024 11:30 p.m. IST", 330),
        ("2024-01-02T23:30:00Z", 0),
        ("2024-01-02T23:30:00", None),
        ("2024-01-02", None),
        ("1704189600", None),
        ("2 January 2024 23:30 - 5 minutes to read", None),
        ("2024-01-02T23:30:00+24:00", None),
    ],
)
def test_the_offset_that_was_written_is_kept(text: str, offset_minutes: int | None) -> None:
    moment = parse_date(text, fetched_at=FETCHED_AT)
    assert moment is not None
    assert moment.offset_minutes == offset_minutes
    local = local_time(moment.at, offset_minutes=offset_minutes)
    assert local == moment.at
    assert local.day == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "yesterday",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2024-02-30",
        "2567-03-05",  # Buddhist
        "1445-08-24",  # Hijri
        "1989-12-31",
        "2026-03-03",  # two days after fetching
        "99999999999999999999",
        "2024",
        "May 5",
    ],
)
def test_what_is_no_believable_date_is_none(text: str) -> None:
    assert parse_date(text, fetched_at=FETCHED_AT) is None


def test_a_date_without_a_zone_keeps_its_day() -> None:
    moment = parse_date("2024-05-17 23:59", fetched_at=FETCHED_AT)
    assert moment is not None
    assert moment.at == datetime(2024, 5, 17, 23, 59, tzinfo=UTC)


def test_a_word_of_a_sentence_is_no_time_zone() -> None:
    moment = parse_date("17.05.2024 14:00 ist Schluss", fetched_at=FETCHED_AT)
    assert moment is not None
    assert moment.at == datetime(2024, 5, 17, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://gazette.example/2024/05/17/bridge", 17),
        ("https://gazette.example/news/20240517-bridge", 17),
        ("https://gazette.example/2024-05-17-bridge", 17),
        ("https://gazette.example/2024/5/7/bridge", 7),
    ],
)
def test_a_url_can_name_its_day(url: str, day: int) -> None:
    assert date_in_url(url, fetched_at=FETCHED_AT) == datetime(2024, 5, day, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["https://gazette.example/a-2024051712345", "https://gazette.example/a?day=20240517"]
)
def test_a_number_in_a_url_is_not_always_a_day(url: str) -> None:
    assert date_in_url(url, fetched_at=FETCHED_AT) is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_utc_moment_in_range_or_none(text: str) -> None:
    moment = parse_date(text, fetched_at=FETCHED_AT)
    assert moment is None or (
        moment.at.tzinfo is UTC
        and datetime(1990, 1, 1, tzinfo=UTC) <= moment.at <= FETCHED_AT + timedelta(days=1)
        and local_time(moment.at, offset_minutes=moment.offset_minutes) == moment.at
    )


@given(st.datetimes(timezones=st.timezones()))
def test_any_moment_is_in_range_or_none(moment: datetime) -> None:
    kept = in_range(moment, fetched_at=FETCHED_AT)
    assert kept is None or (kept.tzinfo is UTC and kept == moment.astimezone(UTC))


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 1, 1)))  # noqa: DTZ001 -- made aware below
def test_an_iso_date_is_read_to_the_second(moment: datetime) -> None:
    written = moment.replace(tzinfo=UTC, microsecond=0)
    assert parse_date(written.isoformat(), fetched_at=FETCHED_AT) == Moment(written, 0)


@given(
    st.datetimes(min_value=datetime(1990, 1, 3), max_value=datetime(2026, 1, 1)),  # noqa: DTZ001 -- made aware below
    st.integers(-14 * 60, 14 * 60),
)
def test_a_local_time_comes_back_as_it_was_written(moment: datetime, offset_minutes: int) -> None:
    zone = timezone(timedelta(minutes=offset_minutes))
    written = moment.replace(tzinfo=zone, microsecond=0).isoformat()
    read = parse_date(written, fetched_at=FETCHED_AT)
    assert read is not None
    assert local_time(read.at, offset_minutes=read.offset_minutes).isoformat() == written
