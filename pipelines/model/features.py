"""What the classifier is told about each line of a page, as numbers."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.model.head import Head
from pipelines.model.outline import Box, Line, Outline

Column = NDArray[np.float64]
Indices = NDArray[np.int64]
Matrix = NDArray[np.float32]

LEVELS = 4
"""Boxes around a line whose text is measured: its own and the three around it."""

MIN_PROSE_CHARACTERS = 60
"""Of a line that counts as prose when boxes are measured; less counts half."""

MAX_LINKED = 0.4
MAX_CONTROL = 0.5
"""Shares of a line of prose that may stand in links, and in buttons."""

MAX_COMPARED = 300
MAX_KEY = 400
"""Characters of a line that are compared with the head: word by word, and as a whole."""

MIN_DESCRIPTION = 20
"""Letters of a line, or of a description, for one to be found in the other."""

CONTAINER_SHARES = (0.4, 0.6, 0.8)
"""Of the page's prose that the smallest box holding it is looked for."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CAPTION_TAGS = frozenset({"figcaption", "caption", "figure"})
_DIGITS = re.compile(r"\d")
_CAPITALS = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]")
_ENDS = re.compile(
    "[.!?\u2026\u3002\uff01\uff1f\uff0e\u0964\u06d4\u061f]"
    "['\"\u201d\u2019\u00bb\u203a)\\]\u300d\u300f]*$"
)
_QUOTES = frozenset("\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u300c\u2014\u2013-")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The outline as arrays: one entry a line, or one a box."""

    outline: Outline
    own: Column
    """A row a line: what its text says."""
    prose: Column
    """Characters of each line that read as prose."""
    box: Indices
    parent: Indices
    first: Indices
    end: Indices
    depth: Indices
    sums: Column
    """Before each line, of the page: characters, linked characters, prose, lines of prose."""
    mass: Column
    """A row a box: the same within it."""
    total: Column
    """The same for the page; at least 1."""


def line_features(outline: Outline, head: Head) -> Matrix:
    """One row a line, in page order; without what the vocabulary and the neighbours say."""
    if not outline.lines:
        return np.zeros((0, 0), dtype=np.float32)
    page = _arrays(outline)
    groups = (
        page.own,
        _of_tags(page),
        _of_boxes(page),
        _of_container(page),
        _of_place(page),
        _of_repeats(page),
        _of_head(page, head),
    )
    return np.concatenate(groups, axis=1, dtype=np.float32)


def _arrays(outline: Outline) -> _Page:
    boxes, lines = outline.boxes, outline.lines
    own = np.array([_of_text(line) for line in lines], dtype=np.float64)
    first = np.array([box.first for box in boxes])
    end = np.array([box.end for box in boxes])
    characters, links, control = own[:, 0], own[:, 1], own[:, 4]
    is_prose = (characters >= MIN_PROSE_CHARACTERS) & (links < MAX_LINKED) & (control < MAX_CONTROL)
    prose = characters * is_prose * np.where(own[:, 5] > 0, 1.0, 0.5)
    sums = np.zeros((len(lines) + 1, 4))
    columns = np.stack([characters, links * characters, prose, is_prose], axis=1)
    np.cumsum(columns, axis=0, out=sums[1:])
    return _Page(
        outline=outline,
        own=own,
        prose=prose,
        box=np.array([line.box for line in lines]),
        parent=np.array([box.parent for box in boxes]),
        first=first,
        end=end,
        depth=np.array([box.depth for box in boxes]),
        sums=sums,
        mass=sums[end] - sums[first],
        total=np.maximum(sums[-1], 1.0),
    )


def _of_text(line: Line) -> tuple[float, ...]:
    text = line.text
    characters = max(line.characters, 1)
    words = text.count(" ") + 1
    start = text[:300]
    return (
        characters,
        line.link_characters / characters,
        line.own_link_characters / characters,
        line.links,
        line.control_characters / characters,
        _ENDS.search(text[-6:]) is not None,
        words,
        characters / words,
        text.count(",") + text.count("\u3001") + text.count("\uff0c"),
        text.count(". ") + text.count("\u3002"),
        len(_DIGITS.findall(start)) / len(start),
        len(_CAPITALS.findall(start)) / min(words, 50),
        text[0].islower(),
        text[-1] in ":\uff1a",
        text[-1] in "?\uff1f!",
        text[0] in _QUOTES,
        "|" in text or text[-1] in "\u00bb\u203a>\u2192",
        line.bold_characters / characters,
        text.isupper(),
    )


def _of_tags(page: _Page) -> Column:
    boxes = page.outline.boxes
    around: list[tuple[int, ...]] = []
    for box in boxes:  # a box comes after the one around it
        around.append(_tags_around(box, around[box.parent] if box.parent >= 0 else (0,) * 7))
    rows = [
        _own_tags(boxes[line.box], boxes, line) + around[line.box] for line in page.outline.lines
    ]
    return np.array(rows, dtype=np.float64)


def _tags_around(box: Box, above: tuple[int, ...]) -> tuple[int, ...]:
    tag = box.tag
    return (
        above[0] or tag in {"ul", "ol", "dl"},
        above[1] or tag == "table",
        above[2] or tag == "blockquote",
        above[3] or tag in _CAPTION_TAGS,
        above[4] or tag in {"header", "form"},
        above[5] + (tag == "article"),
        above[6] or tag == "aside",
    )


def _own_tags(box: Box, boxes: list[Box], line: Line) -> tuple[int, ...]:
    tag = box.tag
    up = boxes[box.parent].tag if box.parent >= 0 else ""
    return (
        tag == "p",
        tag == "li",
        tag == "div",
        int(tag[1]) if tag in HEADINGS else 0,
        tag in {"td", "th"},
        up == "li",
        up == "div",
        box.depth,
        box.is_hidden,
        box.is_in_navigation,
        box.end - box.first,
        len(line.marks),
    )


def _of_boxes(page: _Page) -> Column:
    """Text mass of the boxes around each line."""
    columns: list[Column] = []
    level = page.box
    for _ in range(LEVELS):
        mass = page.mass[level]
        characters = np.maximum(mass[:, 0], 1)
        columns += [
            mass[:, 0],
            mass[:, 1] / characters,
            mass[:, 2] / characters,
            mass[:, 2] / page.total[2],
            mass[:, 3],
            (page.end[level] - page.first[level]).astype(np.float64),
            page.own[:, 0] / characters,
        ]
        level = np.maximum(page.parent[level], 0)
    return np.stack(columns, axis=1)


def _of_container(page: _Page) -> Column:
    """Where each line stands to the smallest boxes that hold most of the page's prose."""
    columns: list[Column] = []
    for share in CONTAINER_SHARES:
        columns += _to_container(page, container(page.mass, page.depth, share=share))
    columns += _to_paragraphs(page)
    return np.stack(columns, axis=1)


def container(mass: Column, depth: Indices, *, share: float) -> int:
    """The deepest box that holds such a share of the page's prose."""
    holders = np.flatnonzero(mass[:, 2] >= share * mass[0, 2])
    return int(holders[np.argmax(depth[holders])])


def _to_container(page: _Page, best: int) -> list[Column]:
    position = np.arange(len(page.box))
    common = np.zeros(len(position))
    step = best
    while step >= 0:  # the deepest box that holds both the container and the line
        inside = (position >= page.first[step]) & (position < page.end[step])
        common = np.maximum(common, inside * page.depth[step])
        step = int(page.parent[step])
    size = max(page.end[best] - page.first[best], 1)
    return [
        page.depth[best] - common,
        page.depth[page.box] - common,
        (position - page.first[best]) / size,
        (position - page.end[best]) / size,
    ]


def _to_paragraphs(page: _Page) -> list[Column]:
    """The same for the box with the most prose directly in it, as readability scores boxes."""
    above = np.maximum(page.parent[page.box], 0)
    direct = np.bincount(above, weights=page.prose, minlength=len(page.parent))
    best = int(np.argmax(direct))
    position = np.arange(len(page.box))
    return [
        direct[above] / page.total[2],
        direct[np.maximum(page.parent[above], 0)] / page.total[2],
        (above == best) * 1.0,
        (position >= page.first[best]) & (position < page.end[best]),
        page.depth[page.box] - page.depth[best],
    ]


def _of_place(page: _Page) -> Column:
    """Position, and what stands before and after."""
    count = len(page.box)
    position = np.arange(count)
    lines, boxes = page.outline.lines, page.outline.boxes
    is_h1 = np.array([boxes[line.box].tag == "h1" for line in lines])
    h1 = int(np.argmax(is_h1)) if is_h1.any() else -1
    heading = np.array([boxes[line.box].tag in HEADINGS for line in lines])
    last_heading = np.maximum.accumulate(np.where(heading, position, -1))
    last_prose = np.maximum.accumulate(np.where(page.prose > 0, position, -1))
    upcoming = np.where(page.prose > 0, position, count)
    next_prose = np.minimum.accumulate(upcoming[::-1])[::-1]
    return np.stack(
        [
            position,
            position / count,
            np.full(count, count),
            page.sums[:-1, 0] / page.total[0],
            page.sums[:-1, 2] / page.total[2],
            np.full(count, page.total[2]),
            np.full(count, page.total[1] / page.total[0]),
            np.where(h1 >= 0, position - h1, -999),
            np.where(last_heading >= 0, position - last_heading, 999),
            np.where(last_prose >= 0, position - last_prose, 999),
            next_prose - position,
            np.full(count, sum(box.tag == "article" for box in boxes)),
        ],
        axis=1,
    ).astype(np.float64)


def _of_repeats(page: _Page) -> Column:
    """How often the text, the path and the shapes around occur on the page."""
    lines, boxes = page.outline.lines, page.outline.boxes
    numbers: dict[str, int] = {}
    text = np.array([numbers.setdefault(line.text, len(numbers)) for line in lines])
    path = np.array([boxes[line.box].path for line in lines])
    twins = np.array([box.twins for box in boxes])
    is_same = np.bincount(twins)[twins]
    columns: list[Column] = [np.bincount(text)[text]]
    paths = np.bincount(path)
    mass = np.bincount(path, weights=page.own[:, 0])
    links = np.bincount(path, weights=page.own[:, 0] * page.own[:, 1])
    prose = np.bincount(path, weights=page.prose)
    columns += [
        paths[path],
        mass[path] / np.maximum(paths[path], 1),
        links[path] / np.maximum(mass[path], 1),
        prose[path] / page.total[2],
    ]
    level = page.box
    for _ in range(LEVELS):
        columns.append(is_same[level])
        level = np.maximum(page.parent[level], 0)
    return np.stack(columns, axis=1).astype(np.float64)


def _of_head(page: _Page, head: Head) -> Column:
    """What each line shares with titles, the h1 and the description."""
    lines, boxes = page.outline.lines, page.outline.boxes
    headings = [line.text for line in lines if boxes[line.box].tag == "h1"][:3]
    titles = {_key(title) for title in (*head.titles, *headings)}
    topic = {word for title in (*head.titles, *headings) for word in _words(title)}
    description = set(_words(head.description))
    key = _key(head.description)
    rows = []
    for line in lines:
        words = _words(line.text[:MAX_COMPARED])
        is_whole = len(line.text) <= MAX_COMPARED
        own = "".join(words) if is_whole else _key(line.text[:MAX_KEY])
        size = len(words) or 1
        rows.append(
            (
                own in titles,
                sum(word in topic for word in words) / size,
                sum(word in description for word in words) / size,
                len(own) > MIN_DESCRIPTION
                and (own in key or (len(key) > MIN_DESCRIPTION and key in own)),
            )
        )
    table = np.array(rows, dtype=np.float64)
    after = np.maximum.accumulate(table[:, 0])  # after a line that says the headline
    return np.concatenate([table, after[:, None]], axis=1)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _key(text: str) -> str:
    return "".join(_words(text))
