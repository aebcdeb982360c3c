"""Markup that never holds text is cut out of a page before it is parsed, in one linear scan.

A 20 MB script before the article would otherwise cost the parser its limits, and most of a news
page is script: the tree that every later step walks and copies gets several times smaller.
"""

import html
import re
import sys
from functools import lru_cache

from pipelines.decode import drop_control_characters

# Where something starts that is cut, or whose inside must not be looked at (a script tag in a
# textarea is text). Names end at a space, a slash or the bracket. First the letters that all other
# tags begin with: of a page's thousands of tags most are not compared with any name.
_OPENING = re.compile(
    r"<(?![a-hj-ru-wyz]|/[^bh])(?:!--|(?P<name>script|style|svg|textarea|title|iframe|xmp)(?=[\s/>])"
    r"|(?P<page_end>/(?:body|html)\s*>))",
    re.IGNORECASE,
)
_CLOSINGS = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE)
    for name in ("script", "style", "svg", "textarea", "title", "iframe", "xmp")
}
_COMMENT_END = re.compile(r"--!?>")
_JSON_LD = re.compile(r"ld\+json", re.IGNORECASE)
_CUT = frozenset({"script", "style", "svg"})

MAX_ATTRIBUTES = 1_000
"""libxml2 is quadratic in the attributes of one tag: 200,000 take it minutes, in C."""

_WIDE_TAG_CHARACTERS = 16_384
_WIDE_TAG = re.compile(
    rf"(<[a-z][\w:-]{{0,50}})([^<>]{{{_WIDE_TAG_CHARACTERS},}}>?)", re.IGNORECASE
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ATTRIBUTE = re.compile(r"[^\s/=>]+")

_REFERENCE = re.compile(r"&#(?:x[0-9a-f]{1,8}|[0-9]{1,8});?", re.IGNORECASE)

# Tags that only hold other tags or only style their text.
_WRAPPERS = re.compile(
    r"</?(?:b|i|em|strong|u|font|span|small|big|tt|center|section|article|main|ins|del|sub|sup"
    r"|a|iframe|noscript|label|abbr|code|s|strike|q|cite|mark|bdo|bdi|time|nobr)(?=[\s/>])[^>]*>",
    re.IGNORECASE,
)
_CONTAINERS = re.compile(
    r"<(?P<end>/?)(?:div|blockquote|ul|ol|li|dl|dd|dt|table|tbody|tr|td|th|fieldset|form|header"
    r"|figure|button|select|details)(?=[\s/>])[^>]*>",
    re.IGNORECASE,
)


def strip_silent_markup(text: str) -> str:
    """The page without scripts (but with JSON-LD), styles, comments, drawings, and its ends.

    Headers and text boxes are pasted into pages as whole documents: what follows the end of one is
    read, as in browsers; libxml2 would stop there. Linear in the length of the page: a part that
    is never closed stays as it is.
    """
    kept: list[str] = []
    unclosed: set[str] = set()
    end = position = 0
    while (match := _OPENING.search(text, position)) is not None:
        start, position = match.span()
        if match["page_end"]:
            kept.append(text[end:start])
            end = position
            continue
        name = (match["name"] or "!--").lower()
        if name in unclosed or _inside_tag(text, start):
            continue
        closing = _closing(text, name, start=match.end())
        if closing is None:
            unclosed.add(name)
            continue
        position = closing
        if _is_cut(text, name, match.end()):
            kept.append(text[end:start])
            end = closing
    kept.append(text[end:])
    return "".join(kept)


def drop_control_references(text: str) -> str:
    """The page without references to control characters (`&#1;`), which lxml refuses to write.

    Those that windows-1252 gives a meaning (`&#146;`) become that character, as in browsers.
    """
    return _REFERENCE.sub(_harmless, text) if "&#" in text else text


def narrow_tags(text: str) -> str:
    """The page with tags of more than MAX_ATTRIBUTES attributes reduced to their names."""
    # A wide tag holds one of these stretches whole, and hardly a page has one inside a tag.
    step = _WIDE_TAG_CHARACTERS // 2
    starts = range(step, len(text) - step, step)
    if not any(text.find(">", at, at + step) < 0 and _inside_tag(text, at) for at in starts):
        return text
    return _WIDE_TAG.sub(_narrowed, text)


def flatten_markup(text: str) -> str:
    """The page with its nesting taken out: wrappers dropped, containers turned into paragraphs."""
    return _CONTAINERS.sub(lambda match: "</p>" if match["end"] else "<p>", _WRAPPERS.sub("", text))


def _harmless(found: re.Match[str]) -> str:
    return _harmless_reference(found[0])


@lru_cache(maxsize=1_024)  # a page has a dozen, most of them many times
def _harmless_reference(reference: str) -> str:
    number = reference.strip("&#;").lower()
    code = int(number[1:], 16) if number.startswith("x") else int(number)
    if code > sys.maxunicode or drop_control_characters(chr(code)):
        return reference
    return drop_control_characters(html.unescape(reference))


def _narrowed(tag: re.Match[str]) -> str:
    attributes = _ATTRIBUTE.findall(_QUOTED.sub(" ", tag[2]))
    return tag[0] if len(attributes) <= MAX_ATTRIBUTES else f"{tag[1]}>"


def _inside_tag(text: str, start: int) -> bool:
    """Whether the `<` at `start` stands in an attribute of a tag that is still open."""
    opened = text.rfind("<", 0, start)
    return (
        opened >= 0
        and text[opened + 1 : opened + 2].isalpha()
        and text.find(">", opened, start) < 0
    )


def _closing(text: str, name: str, *, start: int) -> int | None:
    if name != "!--":
        found = _CLOSINGS[name].search(text, start)
        return found.end() if found else None
    if text.startswith((">", "->"), start):  # WHATWG: an abruptly closed empty comment
        return text.index(">", start) + 1
    found = _COMMENT_END.search(text, start)
    return found.end() if found else None


def _is_cut(text: str, name: str, start: int) -> bool:
    if name == "script":
        tag_end = text.find(">", start)
        return _JSON_LD.search(text, start, max(tag_end, start)) is None
    return name == "!--" or name in _CUT
