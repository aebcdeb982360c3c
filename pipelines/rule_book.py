"""Rules in the database: read for a site, said, taken back; the versions of sites with them.

A site's version names its rules too, so `reclean` finds what they change. Part of storing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xxhash import xxh3_128_digest

from db import rules as rows
from db import site_profiles
from pipelines.rules.records import EVERY_HOST
from pipelines.stored_profiles import read_profile
from pipelines.stored_rules import stored_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from pipelines.rules.records import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged:
    """What became of rules that were said."""

    rules: tuple[Rule, ...]
    """Labelled with their numbers."""
    new: int
    """Of them, those that nobody had said before."""
    sites: int
    """Known sites on which they hold."""


def say_rules(
    session: Session, rules: Iterable[Rule], *, now: datetime, by: str = ""
) -> RulesChanged:
    """Store rules that were checked; one that is known already is said anew."""
    said: list[Rule] = []
    new = 0
    for rule in rules:
        rule_id, is_new = rows.put_rule(session, _row(rule, now, by))
        said.append(replace(rule, label=str(rule_id)))
        new += is_new
    sites = _note_versions(session, [rule.host for rule in said])
    return RulesChanged(rules=tuple(said), new=new, sites=sites)


def take_back(session: Session, rule_id: int) -> Rule:
    """Remove a rule; which it was.

    Raises:
        NotFound: There is none with this number.
    """
    rule = stored_rule(rows.read_rule(session, rule_id))
    rows.remove_rule(session, rule_id)
    _note_versions(session, [rule.host])
    return rule


def all_rules(session: Session, hosts: Sequence[str] | None = None) -> list[Rule]:
    """Every stored rule, of these hosts only if some are given; enabled or not."""
    return [stored_rule(row) for row in rows.list_rules(session, hosts=hosts)]


def scope_of(hosts: Iterable[str]) -> list[str] | None:
    """Hosts as the queries take them. None: every host."""
    distinct = sorted(set(hosts))
    return None if EVERY_HOST in distinct else distinct


def _note_versions(session: Session, hosts: Sequence[str]) -> int:
    """Write the versions of the sites on which rules changed; how many these are."""
    if not hosts:
        return 0
    sites = rows.sites_under(session, scope_of(hosts))
    for site in sites:
        state = site_profiles.site_state(session, site)
        version = read_profile(session, site).version
        site_profiles.set_site_state(session, replace(state, profile_version=version))
    return len(sites)


def _row(rule: Rule, now: datetime, by: str) -> dict[str, object]:
    return {
        "host": rule.host,
        "action": rule.action.value,
        "kind": rule.kind.value,
        "value": rule.value,
        "rule_key": xxh3_128_digest("\n".join(rule.key).encode("utf-8")),
        "note": rule.note,
        "is_enabled": rule.is_enabled,
        "decided_at": now,
        "decided_by": by,
    }
