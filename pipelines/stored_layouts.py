"""A site's layout as the database and a pack hold it: plain JSON values."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, cast

from pipelines.errors import PackError
from pipelines.sites.layout_profile import with_given
from pipelines.sites.records import SampleBounds, SiteLayout, SitePlace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.site_profiles import SiteState

PARTS = ("furniture", "texts", "named")
MAX_GIVEN = 512
"""Places of a part that are taken from a pack."""


def layout_columns(layout: SiteLayout, bounds: SampleBounds) -> dict[str, object]:
    """What a count gave."""
    return layout_fields(layout) | {
        "highest": _hex(bounds.highest),
        "periods": [[period, _hex(key)] for period, key in bounds.periods],
    }


def layout_fields(layout: SiteLayout) -> dict[str, object]:
    """What stands where, as a pack says it. Places as hexadecimal digits: JSON rounds numbers."""
    said: dict[str, object] = {"articles": layout.articles}
    for part in PARTS:
        places: Sequence[SitePlace] = getattr(layout, part)
        said[part] = [asdict(it) | {"place": f"{it.place:x}"} for it in places]
    return said


def read_layout(state: SiteState) -> tuple[SiteLayout, SampleBounds]:
    """The layout that a site's pages are read with, and the bounds of its sample."""
    own = SiteLayout() if state.layout is None else read_layout_fields(state.layout)
    bounds = SampleBounds() if state.layout is None else _bounds(state.layout)
    return layout_with_given(own, state), bounds


def layout_with_given(own: SiteLayout, state: SiteState) -> SiteLayout:
    """A site's own layout with what a pack said of it, if one did."""
    if state.layout_given is None:
        return own
    return with_given(own, read_layout_fields(state.layout_given))


def read_layout_fields(said: Mapping[str, object]) -> SiteLayout:
    """The layout that `layout_fields` wrote.

    Raises:
        PackError: It did not write this.
    """
    try:
        parts = {part: tuple(map(_place, cast("list[object]", said[part]))) for part in PARTS}
        articles = int(cast("int", said["articles"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"not a layout: {error!r}") from error
    return SiteLayout(articles=articles, **{it: found[:MAX_GIVEN] for it, found in parts.items()})


def _place(said: object) -> SitePlace:
    if not isinstance(said, dict):
        raise TypeError(f"no place: {said!r:.100}")
    numbers = {it.name: int(said[it.name]) for it in fields(SitePlace) if it.name in COUNTS}
    place = int(str(said["place"]), 16)
    if not 0 <= place < 2**63:
        raise ValueError(f"no place: {said['place']!r}")
    return SitePlace(place=place, role=str(said["role"]), **numbers)


COUNTS = frozenset({"articles", "kept_in", "texts", "lines", "linked"})


def _bounds(said: Mapping[str, object]) -> SampleBounds:
    periods = cast("list[tuple[int, str | None]]", said["periods"])
    return SampleBounds(
        highest=_bytes(cast("str | None", said["highest"])),
        periods=tuple((period, _bytes(key)) for period, key in periods),
    )


def _hex(key: bytes | None) -> str | None:
    return None if key is None else key.hex()


def _bytes(key: str | None) -> bytes | None:
    return None if key is None else bytes.fromhex(key)
