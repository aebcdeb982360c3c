"""Rows of rules: what people say about the pages of hosts. pipelines/rules says what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from db.errors import NotFound
from db.models import Article, Site
from db.prepared import Prepared
from db.session import is_sqlite
from db.tables import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.attributes import InstrumentedAttribute


NEW_VALUES = ("note", "is_enabled", "decided_at", "decided_by")
"""What a rule that is said again changes."""


ANY_ENABLED = Prepared(select(RULES.c.id).where(RULES.c.is_enabled).limit(1))
"""Asked first, for most archives have no rules, and every count of a profile asks for them."""


def put_rule(session: Session, row: Mapping[str, object]) -> tuple[int, bool]:
    """Add a rule, or say a known one again: its id, and whether it was new."""
    same = select(RULES.c.id).where(RULES.c.rule_key == row["rule_key"])
    is_new = session.scalar(same) is None
    statement = (sqlite.insert(RULES) if is_sqlite(session) else postgresql.insert(RULES)).values(
        dict(row)
    )
    statement = statement.on_conflict_do_update(
        index_elements=[RULES.c.rule_key],
        set_={name: statement.excluded[name] for name in NEW_VALUES},
    )
    session.execute(statement)
    return int(session.scalars(same).one()), is_new


def rules_for(session: Session, hosts: Sequence[str]) -> list[RowMapping]:
    """The enabled rules of these hosts, by id."""
    if ANY_ENABLED.first(session, {}) is None:
        return []
    chosen = select(RULES).where(RULES.c.host.in_(hosts), RULES.c.is_enabled)
    return list(session.execute(chosen.order_by(RULES.c.id)).mappings())


def list_rules(
    session: Session, *, hosts: Sequence[str] | None, limit: int | None = None
) -> list[RowMapping]:
    """Rules, of these hosts only if some are given; by host and id."""
    chosen = select(RULES).order_by(RULES.c.host, RULES.c.id).limit(limit)
    if hosts is not None:
        chosen = chosen.where(RULES.c.host.in_(hosts))
    return list(session.execute(chosen).mappings())


def read_rule(session: Session, rule_id: int) -> RowMapping:
    """One rule with every column.

    Raises:
        NotFound: There is none with this number.
    """
    row = session.execute(select(RULES).where(RULES.c.id == rule_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no rule {rule_id}: `winnow rules list` shows their numbers")
    return row


def remove_rule(session: Session, rule_id: int) -> None:
    """Take a rule back."""
    session.execute(delete(RULES).where(RULES.c.id == rule_id))


def sites_under(session: Session, hosts: Sequence[str] | None) -> list[str]:
    """The known sites that are one of these hosts or a subdomain of one, by name. None: all."""
    chosen = select(Site.site).order_by(Site.site)
    if hosts is not None:
        chosen = chosen.where(_is_under(Site.site, hosts))
    return list(session.scalars(chosen))


def kept_pages_under(session: Session, hosts: Sequence[str] | None, *, limit: int) -> list[int]:
    """Ids of the raw pages of articles on these hosts and their subdomains, newest first."""
    chosen = select(Article.raw_page_id).where(Article.raw_page_id.is_not(None))
    if hosts is not None:
        chosen = chosen.where(_is_under(Article.site, hosts))
    chosen = chosen.order_by(Article.sort_at.desc(), Article.id.desc()).limit(limit)
    return [int(each) for each in session.scalars(chosen) if each is not None]


def _is_under(site: InstrumentedAttribute[str], hosts: Sequence[str]) -> ColumnElement[bool]:
    below = (site.endswith(f".{host}", autoescape=True) for host in hosts)
    return or_(site.in_(hosts), *below)
