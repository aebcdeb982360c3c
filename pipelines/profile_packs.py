"""A site's profile as a file: what moves between installations, byte for byte the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from db import site_blocks, site_profiles
from db.models import BlockStatus
from pipelines.errors import PackError
from pipelines.hosts import registered_domain
from pipelines.profile_counting import refresh_all
from pipelines.records import BlockKind
from pipelines.sites.hashes import block_hash
from pipelines.stored_layouts import layout_fields, read_layout, read_layout_fields
from pipelines.stored_profiles import learned_profile

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

FORMAT = 1
EVIDENCE = ("articles", "of_articles", "inside", "followers", "first_day", "last_day")
COUNTS = 4
"""Of them, the first: the rest are days."""
STATUS_WHEN_IMPORTED = {
    BlockStatus.LEARNED: BlockStatus.ACCEPTED,
    BlockStatus.ACCEPTED: BlockStatus.ACCEPTED,
    BlockStatus.KEPT: BlockStatus.KEPT,
}
"""Who imports a pack accepts what was learned elsewhere; the rest says nothing here."""


def export_profile(session: Session, site: str) -> str:
    """The profile of a site as JSON, counted again before: a function of the stored articles."""
    refresh_all(session)
    state = site_profiles.site_state(session, site)
    blocks = [
        {
            "status": str(row["status"]),
            "text": row["text"],
            "kind": row["kind"],
            "path": row["path"],
            **{name: row[name] for name in EVIDENCE},
        }
        for row in site_blocks.blocks_of(session, site)
    ]
    pack = {
        "winnow_profile": FORMAT,
        "site": site,
        "version": f"{learned_profile(session, site).version:x}",
        "articles": state.profile_articles,
        "layout_changed": state.layout_changed,
        "layout": layout_fields(read_layout(state)[0]),
        "blocks": blocks,
    }
    return json.dumps(pack, ensure_ascii=False, indent=1) + "\n"


def import_profile(session: Session, site: str, pack: str, *, now: datetime) -> int:
    """Take a pack's blocks as decisions for a site; how many. What was decided here stays.

    Raises:
        PackError: It is not a pack that this Winnow reads.
    """
    wanted = [_row(site, block, now) for block in _blocks(pack)]
    decided = {
        cast("int", row["hash"])
        for row in site_blocks.blocks_of(session, site)
        if row["status"] in site_blocks.DECIDED
    }
    new = [row for row in wanted if row is not None and row["hash"] not in decided]
    layout = _layout(pack)
    site_blocks.put_blocks(session, new)
    site_profiles.count_change(session, site, needs_refill=False)
    state = site_profiles.site_state(session, site)
    site_profiles.set_site_state(session, replace(state, layout_given=layout or state.layout_given))
    refresh_all(session)
    return len(new)


def _layout(pack: str) -> dict[str, object] | None:
    """The pack's layout as it is stored. None: it has none."""
    said = json.loads(pack).get("layout")
    if said is None:
        return None
    if not isinstance(said, dict):
        raise PackError('not a profile: "layout" is no object')
    return layout_fields(read_layout_fields(said))


def _blocks(pack: str) -> list[dict[str, object]]:
    try:
        content = json.loads(pack)
    except ValueError as error:
        raise PackError(f"not a profile: {error}") from error
    if not isinstance(content, dict) or content.get("winnow_profile") != FORMAT:
        raise PackError(f'not a profile: a pack begins with "winnow_profile": {FORMAT}')
    blocks = content.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise PackError('not a profile: "blocks" is no list of objects')
    return cast("list[dict[str, object]]", blocks)


def _row(site: str, block: dict[str, object], now: datetime) -> dict[str, object] | None:
    """The row of a pack's block. None: its status says nothing to another installation."""
    text, path = block.get("text"), block.get("path", "")
    try:
        status = STATUS_WHEN_IMPORTED.get(BlockStatus(str(block.get("status"))))
        kind = BlockKind(str(block.get("kind", "paragraph")))
    except ValueError as error:
        raise PackError(f"not a profile: {error}") from error
    if not isinstance(text, str) or not text or not isinstance(path, str):
        raise PackError(f"not a profile: a block without text: {block!r:.200}")
    if status is None:
        return None
    return {
        "site": site,
        "domain": registered_domain(site),
        "hash": block_hash(text),
        "status": status,
        "kind": kind.value,
        "text": text,
        "path": path,
        **{name: _count(block.get(name)) for name in EVIDENCE[:COUNTS]},
        **{name: _day(block.get(name)) for name in EVIDENCE[COUNTS:]},
        "last_period": 0,
        "samples": [],
        "decided_at": now,
        "decided_period": None,
    }


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _day(value: object) -> str | None:
    return value[:10] if isinstance(value, str) else None
