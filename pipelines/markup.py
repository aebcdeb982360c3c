"""Markup that never holds text is cut out of a page before it is parsed, in one linear scan.

A 20 MB script before the article would otherwise cost the parser its limits, and most of a news
page is script: the tree that every later step walks and copies gets several times smaller.
"""

import re

# Where something starts that is cut, or whose inside must not be looked at (a script tag in a
# textarea is text). Names end at a space, a slash or the bracket.
_OPENING = re.compile(
    r"<(?:!--|(?P<name>script|style|svg|textarea|title|iframe|xmp)(?=[\s/>]))",
    re.IGNORECASE,
)
_CLOSINGS = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE)
    for name in ("script", "style", "svg", "textarea", "title", "iframe", "xmp")
}
_COMMENT_END = re.compile(r"--!?>")
_JSON_LD = re.compile(r"ld\+json", re.IGNORECASE)
_CUT = frozenset({"script", "style", "svg"})

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
    """The page without scripts (but with JSON-LD), styles, comments and drawings.

    Linear in the length of the page: a part that is never closed stays as it is.
    """
    kept: list[str] = []
    unclosed: set[str] = set()
    end = position = 0
    while (match := _OPENING.search(text, position)) is not None:
        start, position = match.span()
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


def flatten_markup(text: str) -> str:
    """The page with its nesting taken out: wrappers dropped, containers turned into paragraphs."""
    return _CONTAINERS.sub(lambda match: "</p>" if match["end"] else "<p>", _WRAPPERS.sub("", text))


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
