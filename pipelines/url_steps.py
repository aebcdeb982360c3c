"""The steps that make an article's address plain, each from parts to parts, in order."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote_plus

from w3lib.url import canonicalize_url

from pipelines.hosts import registered_domain
from pipelines.url_parts import Parameter, UrlParts, is_script
from pipelines.url_rules import (
    INDEX_STEMS,
    LABEL_SEGMENTS,
    MAYBE_SESSION_PARAMETERS,
    PARAMETER_VALUES,
    PRINT_LEADS,
    PRINT_SEGMENTS,
    REFERRER_PARAMETERS,
    REFERRER_VALUES,
    SESSION_PARAMETERS,
    SESSION_PREFIXES,
    SITE_PARAMETERS,
    TRACKING_PARAMETERS,
    TRACKING_PREFIXES,
)

# story.amp.html, story_amp.html, story.amp, story.print.html; not guitar-amp.html.
_VERSION_ENDING = re.compile(r"^(?P<stem>.*[^.])(?:[._](?:amp|print))(?P<ending>\.s?html?|)$", re.I)
# Jakarta Servlet §7.1.3 writes the session behind a semicolon.
_SESSION_IN_SEGMENT = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^;]*", re.I)
_NO_SEGMENT = frozenset({"", ".", ".."})  # what may be left of one
# ASP.NET cookieless sessions: /(S(lit3py55t21z5v55vlm25s55))/
_ASP_SESSION = re.compile(r"\((?:[A-Z]\([A-Za-z0-9_-]{8,}\))+\)|\([a-z0-9]{24}\)", re.ASCII)
_SESSION_TOKEN = re.compile(r"(?=.*\d)(?:[0-9a-f]{32,64}|[0-9A-Za-z]{26,64})", re.ASCII)
# Google's AMP viewer: /amp/s/host/path, without the s for http.
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", re.ASCII)
# AMP caches: /c/s/host/path; c content, v viewer, wp web package (amp.dev, "AMP Cache URL format").
_AMP_CACHES = (".cdn.ampproject.org", ".bing-amp.com")
_CACHE_KINDS = frozenset({"a", "c", "v"})


def unwrap_amp_cache(parts: UrlParts) -> UrlParts:
    """The publisher's own address instead of that of a copy at Google or Bing."""
    inner = _wrapped_segments(parts)
    secure = inner[:1] == ("s",)
    inner = inner[1:] if secure else inner
    if not inner or "." not in inner[0]:
        return parts
    slash = "/" if parts.closing_slash else ""
    target = replace(parts, host=inner[0], segments=inner[1:], closing_slash=bool(slash))
    target = target.replace(scheme="https" if secure else "http")
    try:
        unwrapped = UrlParts.from_canonical(canonicalize_url(target.to_url(), keep_fragments=True))
    except ValueError:
        return parts
    return unwrapped if _is_plain_host(unwrapped.host) else parts


def use_https(parts: UrlParts) -> UrlParts:
    """https, except on a port of its own, where http is certain to be what is spoken."""
    return parts if ":" in parts.host else parts.replace(scheme="https")


def drop_session_segments(parts: UrlParts) -> UrlParts:
    """Without session ids in the path."""
    if not any(";" in segment or segment.startswith("(") for segment in parts.segments):
        return parts
    kept = (_without_session(s) for s in parts.segments if not _ASP_SESSION.fullmatch(s))
    return replace(parts, segments=tuple(s for s in kept if s not in _NO_SEGMENT))


def undo_amp_path(parts: UrlParts) -> UrlParts:
    """Without `/amp/` and `/platform/amp/` in the path."""
    segments = parts.segments
    if segments[-2:] == ("amp", "1"):
        segments = segments[:-1]
    if segments[:2] == ("platform", "amp"):
        segments = segments[1:]
    kept = tuple(s for i, s in enumerate(segments) if s != "amp" or _is_subject(segments, i))
    return replace(parts, segments=kept) if kept else parts  # /amp alone is a page about it


def undo_print_path(parts: UrlParts) -> UrlParts:
    """Without `/print/` before or `/print` after the article's own path."""
    segments = parts.segments
    if len(segments) > 1 and segments[0] in PRINT_LEADS:
        segments = segments[1:]
    if len(segments) > 1 and segments[-1] in PRINT_SEGMENTS and segments[-2] not in LABEL_SEGMENTS:
        segments = segments[:-1]
    return replace(parts, segments=segments)


def undo_version_ending(parts: UrlParts) -> UrlParts:
    """`story.html` for `story.amp.html`; a whole `amp.html` is the version of its folder."""
    if not parts.segments:
        return parts
    *above, last = parts.segments
    if above and last.lower() in {"amp.html", "amp.htm", "print.html", "print.htm"}:
        return replace(parts, segments=tuple(above), closing_slash=True)
    if found := _VERSION_ENDING.match(last):
        return replace(parts, segments=(*above, found["stem"] + found["ending"]))
    return parts


def drop_noise_parameters(parts: UrlParts) -> UrlParts:
    """Without tracking, AMP, print, session and referrer parameters."""
    if not parts.query:
        return parts
    by_site = SITE_PARAMETERS.get(registered_domain(parts.host), frozenset())
    kept = tuple(p for p in parts.query if not _is_noise(p, by_site))
    if not (len(kept) > 1 or _names_the_article(parts)):
        # A lone referrer is all that the program at this path is told: keep it.
        return replace(parts, query=kept)
    return replace(parts, query=tuple(p for p in kept if not _is_referrer(p)))


def drop_fragment(parts: UrlParts) -> UrlParts:
    """Without the fragment, unless a script reads the article's address from it."""
    return parts if parts.fragment.startswith(("!", "/")) else parts.replace(fragment="")


STEPS: tuple[Callable[[UrlParts], UrlParts], ...] = (
    unwrap_amp_cache,
    use_https,
    drop_session_segments,
    undo_amp_path,
    undo_print_path,
    undo_version_ending,
    drop_noise_parameters,
    drop_fragment,
)


def _wrapped_segments(parts: UrlParts) -> tuple[str, ...]:
    """What stands behind a cache's own prefix: perhaps `s`, the host, the path; or nothing."""
    if parts.segments[:1] == ("amp",) and _GOOGLE.fullmatch(parts.host):
        return parts.segments[1:]
    if not parts.host.endswith(_AMP_CACHES):
        return ()
    kind, *inner = parts.segments or ("",)
    if kind == "wp":
        return tuple(inner)
    return tuple(inner) if kind in _CACHE_KINDS else ()


def _is_plain_host(host: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+(?::\d+)?", host, re.ASCII))


def _without_session(segment: str) -> str:
    return _SESSION_IN_SEGMENT.sub("", segment).rstrip(";")


def _is_subject(segments: tuple[str, ...], index: int) -> bool:
    """Whether the word at `index` is what a listing is about: /tag/amp."""
    return index == len(segments) - 1 and index > 0 and segments[index - 1] in LABEL_SEGMENTS


def _is_noise(parameter: Parameter, by_site: frozenset[str]) -> bool:
    name = parameter.plain_name
    if name in TRACKING_PARAMETERS or name in by_site or name.startswith(TRACKING_PREFIXES):
        return True
    if name in PARAMETER_VALUES:
        return parameter.value.lower() in PARAMETER_VALUES[name]
    return _is_session(name, parameter.value)


def _is_session(name: str, value: str) -> bool:
    if name in SESSION_PARAMETERS or name.startswith(SESSION_PREFIXES):
        return True
    return name in MAYBE_SESSION_PARAMETERS and bool(_SESSION_TOKEN.fullmatch(value))


def _is_referrer(parameter: Parameter) -> bool:
    if parameter.plain_name not in REFERRER_PARAMETERS:
        return False
    value = unquote_plus(parameter.value).lower()
    return value in REFERRER_VALUES


def _names_the_article(parts: UrlParts) -> bool:
    """Whether the path alone can tell an article: not the front page, not a program."""
    if not parts.segments:
        return False
    last = parts.segments[-1]
    return not is_script(last) and last.partition(".")[0].lower() not in INDEX_STEMS
