"""Rules in the database: what is said holds on a site, counts in its version, and is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.errors import NotFound
from db.models import Article, RuleRow, Site
from pipelines.profile_counting import refresh_all
from pipelines.rule_book import all_rules, say_rules, take_back
from pipelines.rules.plain_file import read_rules, write_rules
from pipelines.stored_profiles import read_profile
from tests.pipelines.rules.pages import rule
from tests.small_site import PROMPT, crawl, fetched_story
from tests.storing import NOW

if TYPE_CHECKING:
    from db.session import Database

CUT = f"cut text {PROMPT}"
HARBOUR = "harbour.example"


def say(database: Database, *lines: str, host: str = HARBOUR) -> None:
    with database.write() as session:
        say_rules(session, [rule(line, host=host) for line in lines], now=NOW, by="Ada")


def held(database: Database, site: str) -> list[str]:
    with database.read() as session:
        return [str(it) for it in read_profile(session, site).rules]


def texts(database: Database) -> str:
    with database.read() as session:
        return "\n".join(session.scalars(select(Article.text).order_by(Article.url)))


def test_rules_hold_on_their_host_and_below_in_the_order_they_were_said(
    database: Database,
) -> None:
    say(database, "cut css .b", "cut css .a")
    say(database, "cut css .everywhere", host="*")
    say(database, "cut css .other", host="other.example")
    expected = ["cut css .b", "cut css .a", "cut css .everywhere"]
    assert held(database, HARBOUR) == held(database, "news.harbour.example") == expected
    assert held(database, "dryharbour.example") == ["cut css .everywhere"]


def test_saying_a_rule_again_changes_its_note_and_keeps_its_number(database: Database) -> None:
    say(database, CUT)
    again = read_rules(f"[{HARBOUR}]\n# Not now.\noff {CUT}\n", name="x")
    with database.write() as session:
        changed = say_rules(session, again, now=NOW + timedelta(days=1))
    assert changed.new == 0
    with database.read() as session:
        [row] = session.scalars(select(RuleRow))
    assert (row.id, row.note, row.is_enabled) == (int(changed.rules[0].label), "Not now.", False)
    assert held(database, HARBOUR) == []


def test_the_version_of_a_site_names_its_rules(database: Database) -> None:
    crawl(database, [fetched_story(0)])
    with database.read() as session:
        before = session.get_one(Site, HARBOUR).profile_version
    say(database, CUT)
    with database.read() as session:
        version = session.get_one(Site, HARBOUR).profile_version
        assert version == read_profile(session, HARBOUR).version != before
        [known] = all_rules(session)
    crawl(database, [fetched_story(1)])
    assert texts(database).count(PROMPT) == 1
    with database.write() as session:
        refresh_all(session)
        stored = session.scalars(select(Article.profile_version).order_by(Article.url))
        assert list(stored) == [before, session.get_one(Site, HARBOUR).profile_version]
        assert take_back(session, int(known.label)) == known
        assert session.get_one(Site, HARBOUR).profile_version == before
        with pytest.raises(NotFound, match="winnow rules list"):
            take_back(session, int(known.label))


def test_importing_an_export_is_the_identity(database: Database) -> None:
    say(database, "body css .b", "body css .a", CUT)
    say(database, "keep regex ^Correction:", host="*")
    with database.write() as session:
        first = write_rules(all_rules(session))
        for known in all_rules(session):
            take_back(session, int(known.label))
        assert write_rules(all_rules(session)) != first
        say_rules(session, read_rules(first, name="x"), now=NOW)
        assert write_rules(all_rules(session)) == first
