"""Hosts: one run at a time, robots.txt, back-off, and a delay that holds across processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from db.models import Host
from db.session import changed_rows
from db.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known about a host when its lease is taken."""

    host: str
    robots_body: bytes | None
    robots_good_at: datetime | None
    robots_tried_at: datetime | None
    robots_status: int | None
    tdm_reserved_paths: tuple[str, ...]
    tdm_tried_at: datetime | None
    not_before: datetime | None
    next_fetch_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """What came back for robots.txt."""

    status: int | None
    """None: no answer."""
    body: bytes | None
    """The rules to keep. None: no good answer; the last good copy stays."""
    tried_at: datetime


def take_lease(session: Session, host: str, *, run_id: int, now: datetime) -> HostState | None:
    """The host's state, now ours alone; None while another run has it (which is told so)."""
    insert_new(session, Host, [{"host": host, "failures": 0, "tdm_reserved_paths": []}])
    taken = session.execute(
        update(Host)
        .where(Host.host == host, or_(Host.lease_run_id.is_(None), Host.lease_run_id == run_id))
        .values(lease_run_id=run_id, wanted_at=None)
    )
    if not changed_rows(taken):
        session.execute(
            update(Host).where(Host.host == host, Host.wanted_at.is_(None)).values(wanted_at=now)
        )
        return None
    return _state(session.get_one(Host, host, populate_existing=True))


def drop_lease(session: Session, host: str, *, run_id: int, next_fetch_at: datetime) -> None:
    """Let other runs have the host, from `next_fetch_at` on."""
    session.execute(
        update(Host)
        .where(Host.host == host, Host.lease_run_id == run_id)
        .values(lease_run_id=None, wanted_at=None, next_fetch_at=next_fetch_at)
    )


def is_unavailable(session: Session, host: str, *, now: datetime) -> bool:
    """Whether another run waits for this host, or the host asked to be left alone."""
    row = session.execute(select(Host.wanted_at, Host.not_before).where(Host.host == host)).one()
    return row.wanted_at is not None or (row.not_before is not None and row.not_before > now)


def save_robots(session: Session, host: str, answer: RobotsAnswer) -> HostState:
    """Keep what robots.txt answered; only a good answer replaces the rules. The host's state."""
    values: dict[str, object] = {
        "robots_tried_at": answer.tried_at,
        "robots_status": answer.status,
    }
    if answer.body is not None:
        values |= {"robots_body": answer.body, "robots_good_at": answer.tried_at}
    session.execute(update(Host).where(Host.host == host).values(values))
    return _state(session.get_one(Host, host, populate_existing=True))


def save_tdm(session: Session, host: str, paths: tuple[str, ...], *, now: datetime) -> HostState:
    """Keep the locations that tdmrep.json reserves. The host's state."""
    session.execute(
        update(Host)
        .where(Host.host == host)
        .values(tdm_reserved_paths=list(paths), tdm_tried_at=now)
    )
    return _state(session.get_one(Host, host, populate_existing=True))


def hold_back(session: Session, host: str, *, until: datetime) -> None:
    """No fetch from this host before `until` (Retry-After or back-off); never shortens a wait."""
    session.execute(
        update(Host)
        .where(Host.host == host, or_(Host.not_before.is_(None), Host.not_before < until))
        .values(not_before=until, failures=Host.failures + 1)
    )


def note_answer(session: Session, host: str) -> None:
    """The host answered: its failures in a row are over."""
    session.execute(update(Host).where(Host.host == host, Host.failures > 0).values(failures=0))


def _state(host: Host) -> HostState:
    return HostState(
        host=host.host,
        robots_body=host.robots_body,
        robots_good_at=host.robots_good_at,
        robots_tried_at=host.robots_tried_at,
        robots_status=host.robots_status,
        tdm_reserved_paths=tuple(host.tdm_reserved_paths),
        tdm_tried_at=host.tdm_tried_at,
        not_before=host.not_before,
        next_fetch_at=host.next_fetch_at,
    )
