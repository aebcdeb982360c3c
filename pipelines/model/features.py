"""What the classifier is told about each line of a page, as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.model.head import Head
from pipelines.model.line_texts import Column, Flags, as_rows, of_head, of_text
from pipelines.model.outline import Indices, Outline, Spans, outwards

Matrix = NDArray[np.float32]

LEVELS = 4
"""Boxes around a line whose text is measured: its own and the three around it."""

MIN_PROSE_CHARACTERS = 60
"""Of a line that counts as prose when boxes are measured; less counts half."""

MAX_LINKED = 0.4
MAX_CONTROL = 0.5
"""Shares of a line of prose that may stand in links, and in buttons."""

CONTAINER_SHARES = (0.4, 0.6, 0.8)
"""Of the page's prose that the smallest box holding it is looked for."""

_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
HEADINGS = frozenset(_HEADING_LEVELS)
_CELLS = frozenset({"td", "th"})

# Groups of tags that a line may stand in, however far out.
_AROUND = (
    ("ul", "ol", "dl"),
    ("table",),
    ("blockquote",),
    ("figcaption", "caption", "figure"),
    ("header", "form"),
    ("article",),
    ("aside",),
)
_GROUP_OF = {tag: group for group, tags in enumerate(_AROUND) for tag in tags}
_ARTICLES = _GROUP_OF["article"]
"""The only group whose boxes around a line are counted."""

_KNOWN_TAGS = ("", "p", "li", "div", *_HEADING_LEVELS, *sorted(_CELLS), *_GROUP_OF)
_NUMBER_OF = {tag: number for number, tag in enumerate(_KNOWN_TAGS)}
"""Of a tag; 0 of any other, and of no box at all."""

_OF_TAG = np.array(
    [
        (tag == "p", tag == "li", tag == "div", _HEADING_LEVELS.get(tag, 0), tag in _CELLS)
        for tag in _KNOWN_TAGS
    ],
    dtype=np.float64,
).T
"""A column for each number: whether it is p, li and div, its level as a heading, whether a cell."""

_LEVEL = 3
"""Row of the level."""

_OF_TAG_AROUND = _OF_TAG[1:3]
"""Whether it is li and div."""

_GROUP = np.array([_GROUP_OF.get(tag, -1) for tag in _KNOWN_TAGS])
"""By number; -1 of a tag in no group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The outline as arrays. In one of two dimensions a column is a line, or a box."""

    outline: Outline
    spans: Spans
    levels: Indices
    """LEVELS rows: each line's own box, the one around it, and so on; the body's own is itself."""
    tags: Indices
    """The number of each box's tag; a last one for the box -1."""
    own: Column
    """For each line what its text says."""
    own_tag: Column
    """For each line what is known of the tag of its own box."""
    h1: list[int]
    """The lines in a first heading."""
    prose: Column
    """Characters of each line that read as prose."""
    sums: Column
    """Before each line, of the page: characters, linked characters, prose, lines of prose."""
    mass: Column
    """For each box the same within it."""
    total: list[float]
    """The same for the page; at least 1."""


def line_features(outline: Outline, head: Head) -> Matrix:
    """One row a line, in page order; without what the vocabulary and the neighbours say."""
    if not outline.lines:
        return np.zeros((0, 0), dtype=np.float32)
    page = _arrays(outline)
    groups = (
        page.own,
        _of_tags(page),
        _of_groups(page),
        _of_boxes(page),
        *_of_containers(page),
        _to_paragraphs(page),
        _of_place(page),
        _of_repeats(page),
        of_head(outline.lines, head, h1=[outline.lines[line].text for line in page.h1]),
    )
    # Built and kept by column: what comes after asks for columns, not for rows.
    return np.concatenate(groups, dtype=np.float32).T


def _arrays(outline: Outline) -> _Page:
    lines, spans = outline.lines, outline.spans
    own = of_text(lines)
    characters, links, control, ends_sentence = own[0], own[1], own[4], own[5]
    is_prose = (characters >= MIN_PROSE_CHARACTERS) & (links < MAX_LINKED) & (control < MAX_CONTROL)
    prose = characters * is_prose * np.where(ends_sentence > 0, 1.0, 0.5)
    sums = np.zeros((4, len(lines) + 1))
    np.cumsum([characters, links * characters, prose, is_prose], axis=1, out=sums[:, 1:])
    tags = np.array([*(_NUMBER_OF.get(box.tag, 0) for box in outline.boxes), 0])
    own_tag = _OF_TAG.take(tags[spans.box], axis=1)
    return _Page(
        outline=outline,
        spans=spans,
        levels=_levels(spans),
        tags=tags,
        own=own,
        own_tag=own_tag,
        h1=np.flatnonzero(own_tag[_LEVEL] == 1).tolist(),
        prose=prose,
        sums=sums,
        mass=sums.take(spans.end, axis=1) - sums.take(spans.first, axis=1),
        total=np.maximum(sums[:, -1], 1.0).tolist(),
    )


def _levels(spans: Spans) -> Indices:
    levels = np.empty((LEVELS, len(spans.box)), dtype=np.int64)
    levels[0] = spans.box
    for level in range(1, LEVELS):
        levels[level] = np.maximum(spans.parent[levels[level - 1]], 0)
    return levels


def _of_tags(page: _Page) -> Column:
    boxes, lines, spans = page.outline.boxes, page.outline.lines, page.spans
    own = [boxes[line.box] for line in lines]
    is_li, is_div = _OF_TAG_AROUND.take(page.tags[spans.parent[spans.box]], axis=1)
    columns = [
        *page.own_tag,
        is_li,
        is_div,
        spans.depth[spans.box],
        np.array([box.is_hidden for box in own]),
        np.array([box.is_in_navigation for box in own]),
        (spans.end - spans.first)[spans.box],
        np.array([len(line.marks) for line in lines]),
    ]
    return np.array(columns, dtype=np.float64)


def _of_groups(page: _Page) -> Column:
    """For each group of tags, whether the line stands in such a box; in how many articles."""
    spans = page.spans
    group = _GROUP[page.tags[:-1]]
    found = np.flatnonzero(group >= 0)
    width = len(spans.box) + 1
    row, size = group[found] * width, len(_AROUND) * width
    opened = np.bincount(row + spans.first[found], minlength=size)
    closed = np.bincount(row + spans.end[found], minlength=size)
    around = (opened - closed).reshape(-1, width)[:, :-1].cumsum(axis=1, dtype=np.float64)
    articles = around[_ARTICLES].copy()
    np.minimum(around, 1.0, out=around)
    around[_ARTICLES] = articles
    return around


def _of_boxes(page: _Page) -> Column:
    """Text mass of the boxes around each line."""
    characters, links, prose, prose_lines = page.mass
    some = np.maximum(characters, 1)
    masses = np.array(
        [
            characters,
            links / some,
            prose / some,
            prose / page.total[2],
            prose_lines,
            page.spans.end - page.spans.first,
        ]
    )
    around = np.empty((LEVELS, len(masses) + 1, page.levels.shape[1]))
    around[:, :-1] = masses.take(page.levels, axis=1).swapaxes(0, 1)
    around[:, -1] = page.own[0] / some.take(page.levels)
    return around.reshape(-1, page.levels.shape[1])


def _of_containers(page: _Page) -> list[Column]:
    """Where each line stands to the smallest boxes that hold most of the page's prose."""
    best = [container(page.mass, page.spans.depth, share=share) for share in CONTAINER_SHARES]
    known = {box: _to_container(page, box) for box in set(best)}  # most often one box
    return [known[box] for box in best]


def container(mass: Column, depth: Indices, *, share: float) -> int:
    """The deepest box that holds such a share of the page's prose."""
    is_holder = mass[2] >= share * mass[2, 0]
    return int(np.argmax(np.where(is_holder, depth, -1)))


def _to_container(page: _Page, best: int) -> Column:
    spans = page.spans
    position = np.arange(len(spans.box))
    common = np.zeros(len(position))  # depth of the deepest box that holds both it and the line
    for box in reversed(list(outwards(page.outline, best))):
        common[spans.first[box] : spans.end[box]] = spans.depth[box]
    size = max(spans.end[best] - spans.first[best], 1)
    columns = [
        spans.depth[best] - common,
        spans.depth[spans.box] - common,
        (position - spans.first[best]) / size,
        (position - spans.end[best]) / size,
    ]
    return np.array(columns)


def _to_paragraphs(page: _Page) -> Column:
    """The same for the box with the most prose directly in it, as readability scores boxes."""
    spans = page.spans
    above = page.levels[1]
    direct = np.bincount(above, weights=page.prose, minlength=len(spans.parent))
    best = int(np.argmax(direct))
    position = np.arange(len(spans.box))
    columns = [
        direct[above] / page.total[2],
        direct[page.levels[2]] / page.total[2],
        above == best,
        (position >= spans.first[best]) & (position < spans.end[best]),
        spans.depth[spans.box] - spans.depth[best],
    ]
    return np.array(columns, dtype=np.float64)


def _of_place(page: _Page) -> Column:
    """Position, and what stands before and after."""
    count = len(page.spans.box)
    position = np.arange(count)
    upcoming = np.where(page.prose > 0, position, count)
    since_heading, since_prose = _since(np.array([page.own_tag[_LEVEL] > 0, page.prose > 0]))
    columns = [
        position,
        position / count,
        count,
        page.sums[0, :-1] / page.total[0],
        page.sums[2, :-1] / page.total[2],
        page.total[2],
        page.total[1] / page.total[0],
        position - page.h1[0] if page.h1 else -999,
        since_heading,
        since_prose,
        np.minimum.accumulate(upcoming[::-1])[::-1] - position,
        np.count_nonzero(page.tags == _NUMBER_OF["article"]),
    ]
    return as_rows(columns, count)


def _since(marked: Flags) -> Column:
    """In each row, of how many lines ago the last marked one is; 999 before the first."""
    position = np.arange(marked.shape[1])
    last = np.maximum.accumulate(np.where(marked, position, -1), axis=1)
    return np.where(last >= 0, position - last, 999)


def _of_repeats(page: _Page) -> Column:
    """How often the text, the path and the shapes around occur on the page."""
    numbers: dict[str, int] = {}
    text = np.array([numbers.setdefault(line.text, len(numbers)) for line in page.outline.lines])
    paths = np.array([box.path for box in page.outline.boxes])
    path = paths[page.spans.box]
    count = np.bincount(path)
    mass = np.bincount(path, weights=page.own[0])
    links = np.bincount(path, weights=page.own[0] * page.own[1])
    prose = np.bincount(path, weights=page.prose)
    columns = [
        np.bincount(text)[text],
        count[path],
        (mass / np.maximum(count, 1))[path],
        (links / np.maximum(mass, 1))[path],
        (prose / page.total[2])[path],
        *_twins(page.spans.parent, paths).take(page.levels),
    ]
    return np.array(columns, dtype=np.float64)


def _twins(parent: Indices, path: Indices) -> Indices:
    """Of each box, how many of the boxes beside it have its tag and classes, itself among them."""
    shapes = (parent + 1) * len(path) + path
    ordered = np.sort(shapes)
    return ordered.searchsorted(shapes, side="right") - ordered.searchsorted(shapes)
