"""Rows of rules to rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import rules as rows
from pipelines.rules.records import Rule, RuleAction, RuleKind
from pipelines.rules.sites import hosts_over

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session


def rules_of_site(session: Session, site: str) -> list[Rule]:
    """The enabled rules that hold on a site, in the order in which they were first said."""
    return [stored_rule(row) for row in rows.rules_for(session, hosts_over(site))]


def stored_rule(row: RowMapping) -> Rule:
    """The rule of a row, labelled with its number."""
    return Rule(
        host=row["host"],
        action=RuleAction(row["action"]),
        kind=RuleKind(row["kind"]),
        value=row["value"],
        note=row["note"],
        is_enabled=row["is_enabled"],
        label=str(row["id"]),
    )
