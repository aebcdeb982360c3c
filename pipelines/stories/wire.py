"""Which wire service an article credits: in its dateline, its last lines, or among its authors."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

DATELINE_CHARACTERS = 120
"""Of the first two paragraphs: a dateline ends before."""
CREDIT_CHARACTERS = 160
"""A last paragraph that is longer is text."""
MAX_AUTHOR_CHARACTERS = 60
OPENING = r"(?:[(\[/【（©–—＝=]|^|, | - ?)"  # noqa: RUF001 - as it is typeset; so below
"""Before a mark: a sign, perhaps with another service after it, or the paragraph's begin."""
CLOSING = r"(?:[)\]/】）.]|[–—-]|$)"  # noqa: RUF001


def wire_service(text: str, authors: Sequence[str]) -> str | None:
    """The key of the service in wire_services.toml. None: none is credited."""
    paragraphs = text.split("\n")
    opening = [each[:DATELINE_CHARACTERS] for each in paragraphs[:2]]
    ending = [each for each in paragraphs[-2:] if len(each) <= CREDIT_CHARACTERS]
    bylines = [f"({author})" for author in authors if len(author) <= MAX_AUTHOR_CHARACTERS]
    marks, names = _patterns()
    for place in (*bylines, *opening, *ending):
        found = marks.search(place)
        if found is not None:
            return _service(found[1] or found[2])
    for place in (*bylines, *opening, *ending):
        found = names.search(place)
        if found is not None:
            return _service(found[0])
    return None


@cache
def _services() -> dict[str, str]:
    """Service by every mark, name and end."""
    data = files("pipelines.stories").joinpath("wire_services.toml").read_text("utf-8")
    return {
        spelling: key
        for key, service in tomllib.loads(data).items()
        for spellings in service.values()
        for spelling in spellings
    }


def _service(spelling: str) -> str:
    return _services()[spelling]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A mark between signs, and a name anywhere."""
    table = tomllib.loads(
        files("pipelines.stories").joinpath("wire_services.toml").read_text("utf-8")
    )
    marks, ends, names = (
        _any_of([it for service in table.values() for it in service.get(kind, ())])
        for kind in ("marks", "ends", "names")
    )
    other = r"[\w .]{1,20}"
    mark = rf"{OPENING}\s*(?:{other}[/,]\s?)?({marks})(?:/{other})?\s*{CLOSING}"
    return re.compile(rf"{mark}|({ends})[】）)]", re.MULTILINE), re.compile(names)  # noqa: RUF001


def _any_of(spellings: list[str]) -> str:
    longest_first = sorted(spellings, key=len, reverse=True)
    return "|".join(map(re.escape, longest_first))
