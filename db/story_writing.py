"""Rows that change when an article is assigned: its story's and its own, for every new article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from db.driver import Statement, for_both, json_list, json_text
from db.story_index import Entry, add_entry, statements_of, values_of
from db.story_lookup import IS_SETTLED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from db.driver import Driver
    from db.models import MemberReason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """An article that joins a story, with what it adds to the story's row."""

    article_id: int
    reason: MemberReason
    version: int
    wire_service: str | None
    language: str | None
    site: str
    sort_at: datetime


NOTHING = Entry()
KNOWN_STORY = for_both(
    "SELECT story_id FROM story_members AS member "  # noqa: S608 - our own words; so below
    f"WHERE article_id = :article_id AND {IS_SETTLED}"
)
TAKEN_STORY = for_both(
    f"SELECT 1 FROM story_members AS member WHERE story_id = :story_id AND {IS_SETTLED} "  # noqa: S608
    "LIMIT 1"
)
STORY_COLUMNS = "members, earliest_id, wire_service, languages, hosts, first_seen_at, last_seen_at"
ADD_STORY = for_both(
    f"INSERT INTO stories ({STORY_COLUMNS}) "  # noqa: S608
    "VALUES (1, :article_id, :story_service, :languages, :hosts, :at, :at) RETURNING id"
)
REUSE_STORY = for_both(
    "UPDATE stories SET members = 1, earliest_id = :article_id, wire_service = :story_service, "
    "languages = :languages, hosts = :hosts, first_seen_at = :at, last_seen_at = :at "
    "WHERE id = :story_id RETURNING id"
)
STORY = for_both(f"SELECT {STORY_COLUMNS} FROM stories WHERE id = :story_id")  # noqa: S608
_WITH_ONE_MORE = (
    "CASE WHEN {0} @> CAST(%({0})s AS jsonb) THEN {0} ELSE "
    '(SELECT jsonb_agg(every.one ORDER BY every.one COLLATE "C") FROM '
    "jsonb_array_elements_text({0} || CAST(%({0})s AS jsonb)) AS every (one)) END"
)
"""A sorted list of words with those of another."""
UPDATE_STORY = for_both(
    "UPDATE stories SET members = :members, earliest_id = :earliest_id, "
    "wire_service = :story_service, languages = :languages, hosts = :hosts, "
    "first_seen_at = :first_seen_at, last_seen_at = :last_seen_at WHERE id = :story_id RETURNING id"
)
JOIN_STORY = Statement(
    sqlite="",  # reads the row and writes it: there, that is no round trip
    postgresql="UPDATE stories SET members = members + 1, earliest_id = CASE WHEN "  # noqa: S608
    "earliest_id IS NULL OR %(at)s < first_seen_at THEN %(article_id)s ELSE earliest_id END, "
    "wire_service = coalesce(wire_service, %(story_service)s), "
    f"languages = {_WITH_ONE_MORE.format('languages')}, hosts = {_WITH_ONE_MORE.format('hosts')}, "
    "first_seen_at = least(first_seen_at, %(at)s), last_seen_at = greatest(last_seen_at, %(at)s) "
    "WHERE id = %(story_id)s RETURNING id",
)
PUT_MEMBER = for_both(
    "INSERT INTO story_members (article_id, story_id, reason, version, wire_service) "
    "VALUES (:article_id, :story_id, :reason, :version, :wire_service) "
    "ON CONFLICT (article_id) DO UPDATE SET story_id = excluded.story_id, "
    "reason = excluded.reason, version = excluded.version, wire_service = excluded.wire_service"
)


def known_story(driver: Driver, article_id: int, version: int) -> int | None:
    """The story that these rules gave an article. None: none did."""
    found = driver.first(KNOWN_STORY, {"article_id": article_id, "version": version})
    return None if found is None else cast("int", found[0])


def is_taken(driver: Driver, story_id: int, version: int) -> bool:
    """Whether a member is in this story by these rules: its number may not serve again."""
    return driver.first(TAKEN_STORY, {"story_id": story_id, "version": version}) is not None


def found_story(
    driver: Driver, member: NewMember, entry: Entry = NOTHING, *, story_id: int | None = None
) -> int:
    """The number of a new story of this one article; a number that is free may be asked for.

    Args:
        driver: Of the transaction that assigns stories.
        member: The article.
        entry: What the index is to know of the story.
        story_id: The number. None: the next one.
    """
    statement = ADD_STORY if story_id is None else REUSE_STORY
    values = {**_alone(driver, member), "story_id": story_id}
    return _write(driver, statement, values, member=member, entry=entry)


def join_story(driver: Driver, member: NewMember, story_id: int, entry: Entry = NOTHING) -> None:
    """Add an article that was in no story to one, and to the index what it is to know by it."""
    if driver.is_sqlite:
        statement, values = UPDATE_STORY, _row_with(driver, member, story_id)
    else:
        statement, values = JOIN_STORY, _alone(driver, member)
    _write(driver, statement, {**values, "story_id": story_id}, member=member, entry=entry)


def _alone(driver: Driver, member: NewMember) -> dict[str, object]:
    """The row of a story with this one member."""
    return {
        "article_id": member.article_id,
        "story_service": member.wire_service,
        "languages": json_text([member.language] if member.language else []),
        "hosts": json_text([member.site]),
        "at": driver.time(member.sort_at),
    }


def _row_with(driver: Driver, member: NewMember, story_id: int) -> dict[str, object]:
    """The row of a story with this member more."""
    row = cast("tuple[object, ...]", driver.first(STORY, {"story_id": story_id}))
    members, earliest_id, wire_service, languages, hosts, *seen = row
    at, first, last = cast("list[str]", [driver.time(member.sort_at), *seen])
    is_earlier = at < first or earliest_id is None
    return {
        "members": cast("int", members) + 1,
        "earliest_id": member.article_id if is_earlier else earliest_id,
        "story_service": wire_service or member.wire_service,
        "languages": json_text(sorted({*json_list(languages), *filter(None, [member.language])})),
        "hosts": json_text(sorted({*json_list(hosts), member.site})),
        "first_seen_at": min(at, first),
        "last_seen_at": max(at, last),
    }


def _write(
    driver: Driver,
    statement: Statement,
    values: Mapping[str, object],
    *,
    member: NewMember,
    entry: Entry,
) -> int:
    """Write a story's row, a member and what the index is to know; the story's number."""
    of_member = {
        "article_id": member.article_id,
        "reason": member.reason.value,
        "version": member.version,
        "wire_service": member.wire_service,
    }
    if not driver.is_sqlite:
        every = {**values_of(driver, entry), **of_member, **values}
        return driver.run_as_one(statement, (PUT_MEMBER, *statements_of(entry)), every)
    made = cast("tuple[int]", driver.first(statement, values))
    driver.run(PUT_MEMBER, {**of_member, "story_id": made[0]})
    add_entry(driver, made[0], entry)
    return made[0]
