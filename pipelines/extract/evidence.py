"""A value with where it came from: what every field is chosen from."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pipelines.extract.lines import one_line
from pipelines.records import Evidence

MAX_RAW_CHARACTERS = 200

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[Value_co]):
    """A usable value of a field and its source."""

    value: Value_co
    source: str
    """E.g. `json-ld:headline`, `meta:og:title`, `h1`, `feed`, `url`."""
    raw: str
    """What the source said."""

    def evidence(self, field: str) -> Evidence:
        """The row that says where the field came from."""
        return Evidence(
            field=field, source=self.source, raw=one_line(self.raw, limit=MAX_RAW_CHARACTERS)
        )


def found_value(found: Found[Value_co] | None) -> Value_co | None:
    """The value alone; None if nothing was found."""
    return found.value if found is not None else None
