"""Rows that change when an article is assigned: its story's and its own, for every new article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from db.driver import for_both, json_list, json_text
from db.models import MemberReason

if TYPE_CHECKING:
    from datetime import datetime

    from db.driver import Driver


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


IS_SETTLED = f"(member.version = :version OR member.reason = '{MemberReason.HAND}')"
"""Where these rules, or a person, put it."""
KNOWN_STORY = for_both(
    "SELECT story_id FROM story_members AS member "  # noqa: S608 - our own words; so below
    f"WHERE article_id = :article_id AND {IS_SETTLED}"
)
TAKEN_STORY = for_both(
    f"SELECT 1 FROM story_members AS member WHERE story_id = :story_id AND {IS_SETTLED} "  # noqa: S608
    "LIMIT 1"
)
EXACT_STORY = for_both(
    "SELECT member.story_id FROM articles "  # noqa: S608
    "JOIN story_members AS member ON member.article_id = articles.id "
    "WHERE articles.content_hash = :content_hash AND articles.id <> :article_id "
    f"AND articles.sort_at BETWEEN :since AND :until AND {IS_SETTLED} "
    "ORDER BY member.story_id LIMIT 1"
)
STORY_COLUMNS = "members, earliest_id, wire_service, languages, hosts, first_seen_at, last_seen_at"
ADD_STORY = for_both(
    f"INSERT INTO stories ({STORY_COLUMNS}) "  # noqa: S608
    "VALUES (1, :article_id, :wire_service, :languages, :hosts, :at, :at) RETURNING id"
)
REUSE_STORY = for_both(
    "UPDATE stories SET members = 1, earliest_id = :article_id, wire_service = :wire_service, "
    "languages = :languages, hosts = :hosts, first_seen_at = :at, last_seen_at = :at "
    "WHERE id = :story_id RETURNING id"
)
STORY = for_both(f"SELECT {STORY_COLUMNS} FROM stories WHERE id = :story_id")  # noqa: S608
UPDATE_STORY = for_both(
    "UPDATE stories SET members = :members, earliest_id = :earliest_id, "
    "wire_service = :wire_service, languages = :languages, hosts = :hosts, "
    "first_seen_at = :first_seen_at, last_seen_at = :last_seen_at WHERE id = :story_id"
)
PUT_MEMBER = for_both(
    "INSERT INTO story_members (article_id, story_id, reason, version, wire_service) "
    "VALUES (:article_id, :story_id, :reason, :version, :wire_service) "
    "ON CONFLICT (article_id) DO UPDATE SET story_id = excluded.story_id, "
    "reason = excluded.reason, version = excluded.version, wire_service = excluded.wire_service"
)
KNOWN_LINK = for_both(
    "SELECT 1 FROM story_links WHERE (story_id = :one AND other_id = :other) "
    "OR (story_id = :other AND other_id = :one)"
)
ADD_LINK = for_both(
    "INSERT INTO story_links (story_id, other_id, kind, containment) "
    "VALUES (:one, :other, :kind, :containment)"
)


def known_story(driver: Driver, article_id: int, version: int) -> int | None:
    """The story that these rules gave an article. None: none did."""
    found = driver.first(KNOWN_STORY, {"article_id": article_id, "version": version})
    return None if found is None else cast("int", found[0])


def is_taken(driver: Driver, story_id: int, version: int) -> bool:
    """Whether a member is in this story by these rules: its number may not serve again."""
    return driver.first(TAKEN_STORY, {"story_id": story_id, "version": version}) is not None


def exact_story(
    driver: Driver,
    *,
    article_id: int,
    content_hash: bytes,
    between: tuple[datetime, datetime],
    version: int,
) -> int | None:
    """The story of another article with this very text, published in this span."""
    values = {
        "article_id": article_id,
        "content_hash": content_hash,
        "since": driver.time(between[0]),
        "until": driver.time(between[1]),
        "version": version,
    }
    found = driver.first(EXACT_STORY, values)
    return None if found is None else cast("int", found[0])


def found_story(driver: Driver, member: NewMember, story_id: int | None = None) -> int:
    """The number of a new story of this one article; a number that is free may be asked for."""
    values = {
        "article_id": member.article_id,
        "wire_service": member.wire_service,
        "languages": json_text([member.language] if member.language else []),
        "hosts": json_text([member.site]),
        "at": driver.time(member.sort_at),
        "story_id": story_id,
    }
    made = driver.first(ADD_STORY if story_id is None else REUSE_STORY, values)
    number = cast("int", cast("tuple[object]", made)[0])
    _put_member(driver, member, number)
    return number


def join_story(driver: Driver, member: NewMember, story_id: int) -> None:
    """Add an article that was in no story to one."""
    row = cast("tuple[object, ...]", driver.first(STORY, {"story_id": story_id}))
    members, earliest_id, wire_service, languages, hosts, *seen = row
    at = driver.time(member.sort_at)
    first, last = cast("list[str]", seen)  # text or times, as `at`
    is_earlier = cast("str", at) < first or earliest_id is None
    values = {
        "story_id": story_id,
        "members": cast("int", members) + 1,
        "earliest_id": member.article_id if is_earlier else earliest_id,
        "wire_service": wire_service or member.wire_service,
        "languages": json_text(sorted({*json_list(languages), *filter(None, [member.language])})),
        "hosts": json_text(sorted({*json_list(hosts), member.site})),
        "first_seen_at": min(cast("str", at), first),
        "last_seen_at": max(cast("str", at), last),
    }
    driver.run(UPDATE_STORY, values)
    _put_member(driver, member, story_id)


def add_link(
    driver: Driver, story_id: int, other_id: int, *, kind: str, containment: float
) -> None:
    """Note that a story shares much of another's text; a link that is known stays as it is."""
    pair = {"one": story_id, "other": other_id}
    if story_id == other_id or driver.first(KNOWN_LINK, pair) is not None:
        return
    driver.run(ADD_LINK, {**pair, "kind": kind, "containment": containment})


def _put_member(driver: Driver, member: NewMember, story_id: int) -> None:
    values = {
        "article_id": member.article_id,
        "story_id": story_id,
        "reason": member.reason.value,
        "version": member.version,
        "wire_service": member.wire_service,
    }
    driver.run(PUT_MEMBER, values)
