"""A URL taken apart into what the rules look at."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import unquote_plus, urlsplit

from pipelines.hosts import split_port
from pipelines.url_rules import DEFAULT_PORTS, INDEX_EXTENSIONS, INDEX_STEMS, SCRIPT_EXTENSIONS

_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_](?:[a-z]{2}|[a-z]{4}))?", re.ASCII | re.IGNORECASE)


class Parameter(NamedTuple):
    """One `name=value` of a query, both percent-encoded as they stand there."""

    name: str
    value: str

    @property
    def plain_name(self) -> str:
        """Decoded, lower case, without the `amp;` that an escaped twice `&` leaves behind."""
        name = unquote_plus(self.name) if "%" in self.name else self.name
        return name.lower().removeprefix("amp;")


@dataclass(frozen=True, slots=True)
class UrlParts:
    """A canonical URL without credentials, default port and empty path segments."""

    scheme: str
    host: str
    """With `:port` if it is not the scheme's usual one."""
    segments: tuple[str, ...]
    """Of the path, percent-encoded, none empty."""
    closing_slash: bool
    query: tuple[Parameter, ...]
    fragment: str

    @classmethod
    def from_canonical(cls, url: str) -> "UrlParts":
        """The parts of a URL that w3lib has canonicalised."""
        split = urlsplit(url)
        segments = tuple(segment for segment in split.path.split("/") if segment)
        return cls(
            scheme=split.scheme,
            host=_usual_host(split.scheme, split.netloc.rpartition("@")[2]),
            segments=segments,
            closing_slash=split.path.endswith("/"),
            query=_parameters(split.query),
            fragment=split.fragment,
        )

    def replace(self, **changes: str | bool) -> "UrlParts":
        """The same with other text fields."""
        return replace(self, **changes)  # type: ignore[arg-type] # the caller names text fields

    def to_url(self) -> str:
        """As a string again."""
        path = "".join(f"/{segment}" for segment in self.segments)
        slash = "/" if self.closing_slash or not path else ""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return (
            f"{self.scheme}://{self.host}{path}{slash}"
            f"{'?' if query else ''}{query}{'#' if self.fragment else ''}{self.fragment}"
        )


def is_script(segment: str) -> bool:
    """Whether a path that ends so is a program that its query steers."""
    return segment.rpartition(".")[2].lower() in SCRIPT_EXTENSIONS and "." in segment


def without_index(parts: UrlParts) -> UrlParts:
    """Without a closing `index.html` and its like, which servers add by themselves."""
    if parts.segments and _is_index(parts.segments[-1]):
        return replace(parts, segments=parts.segments[:-1], closing_slash=True)
    return parts


def looks_like_front_page(parts: UrlParts) -> bool:
    """A path of nothing or of one language code, and nothing else that tells an article."""
    if parts.query or parts.fragment:
        return False
    segments = without_index(parts).segments
    return not segments or (len(segments) == 1 and _is_language(segments[0]))


def _usual_host(scheme: str, host: str) -> str:
    name, port = split_port(host)
    if port == f":{DEFAULT_PORTS[scheme]}":
        port = ""
    return name.removesuffix(".") + port


def _parameters(query: str) -> tuple[Parameter, ...]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return tuple(Parameter(name, value) for name, _, value in pairs)


def _is_index(segment: str) -> bool:
    stem, dot, extension = segment.lower().partition(".")
    return bool(dot) and stem in INDEX_STEMS and extension in INDEX_EXTENSIONS


def _is_language(segment: str) -> bool:
    """`en`, `pt-br`, `zh_CN`, `sr-latn`: two letters, perhaps with a region or script."""
    return bool(_LANGUAGE.fullmatch(segment))
