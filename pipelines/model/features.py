"""What the classifier is told about each line of a page, as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.model.head import Head
from pipelines.model.line_texts import Column, of_head, of_text
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The outline as arrays: one entry a line, or one a box."""

    outline: Outline
    spans: Spans
    tags: list[str]
    """Of each line's own box."""
    own: Column
    """A row a line: what its text says."""
    prose: Column
    """Characters of each line that read as prose."""
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
        of_head(outline, head),
    )
    return np.concatenate(groups, axis=1, dtype=np.float32)


def _arrays(outline: Outline) -> _Page:
    boxes, lines, spans = outline.boxes, outline.lines, outline.spans
    own = of_text(lines)
    characters, links, control = own[:, 0], own[:, 1], own[:, 4]
    is_prose = (characters >= MIN_PROSE_CHARACTERS) & (links < MAX_LINKED) & (control < MAX_CONTROL)
    prose = characters * is_prose * np.where(own[:, 5] > 0, 1.0, 0.5)
    sums = np.zeros((len(lines) + 1, 4))
    columns = np.stack([characters, links * characters, prose, is_prose], axis=1)
    np.cumsum(columns, axis=0, out=sums[1:])
    return _Page(
        outline=outline,
        spans=spans,
        tags=[boxes[line.box].tag for line in lines],
        own=own,
        prose=prose,
        sums=sums,
        mass=sums[spans.end] - sums[spans.first],
        total=np.maximum(sums[-1], 1.0),
    )


def _of_tags(page: _Page) -> Column:
    boxes, lines, spans = page.outline.boxes, page.outline.lines, page.spans
    own = [boxes[line.box] for line in lines]
    up = np.array([boxes[box.parent].tag if box.parent >= 0 else "" for box in own])
    tags = np.array(page.tags)
    columns = [
        tags == "p",
        tags == "li",
        tags == "div",
        [_HEADING_LEVELS.get(tag, 0) for tag in page.tags],
        [tag in _CELLS for tag in page.tags],
        up == "li",
        up == "div",
        spans.depth[spans.box],
        [box.is_hidden for box in own],
        [box.is_in_navigation for box in own],
        (spans.end - spans.first)[spans.box],
        [len(line.marks) for line in lines],
    ]
    return np.concatenate([np.array(columns, dtype=np.float64).T, _tags_around(page)], axis=1)


def _tags_around(page: _Page) -> Column:
    """For each group of tags, whether the line stands in such a box; in how many articles."""
    borders = np.zeros((len(page.tags) + 1, len(_AROUND)))
    for box in page.outline.boxes:
        group = _GROUP_OF.get(box.tag)
        if group is not None:
            borders[box.first, group] += 1
            borders[box.end, group] -= 1
    around = np.cumsum(borders[:-1], axis=0)
    articles = around[:, _ARTICLES].copy()
    np.minimum(around, 1.0, out=around)
    around[:, _ARTICLES] = articles
    return around


def _of_boxes(page: _Page) -> Column:
    """Text mass of the boxes around each line."""
    columns: list[Column] = []
    level = page.spans.box
    for _ in range(LEVELS):
        mass = page.mass[level]
        characters = np.maximum(mass[:, 0], 1)
        columns += [
            mass[:, 0],
            mass[:, 1] / characters,
            mass[:, 2] / characters,
            mass[:, 2] / page.total[2],
            mass[:, 3],
            (page.spans.end[level] - page.spans.first[level]).astype(np.float64),
            page.own[:, 0] / characters,
        ]
        level = np.maximum(page.spans.parent[level], 0)
    return np.stack(columns, axis=1)


def _of_container(page: _Page) -> Column:
    """Where each line stands to the smallest boxes that hold most of the page's prose."""
    columns: list[Column] = []
    for share in CONTAINER_SHARES:
        columns += _to_container(page, container(page.mass, page.spans.depth, share=share))
    columns += _to_paragraphs(page)
    return np.stack(columns, axis=1)


def container(mass: Column, depth: Indices, *, share: float) -> int:
    """The deepest box that holds such a share of the page's prose."""
    holders = np.flatnonzero(mass[:, 2] >= share * mass[0, 2])
    return int(holders[np.argmax(depth[holders])])


def _to_container(page: _Page, best: int) -> list[Column]:
    spans = page.spans
    position = np.arange(len(spans.box))
    common = np.zeros(len(position))  # depth of the deepest box that holds both it and the line
    for box in reversed(list(outwards(page.outline, best))):
        common[spans.first[box] : spans.end[box]] = spans.depth[box]
    size = max(spans.end[best] - spans.first[best], 1)
    return [
        spans.depth[best] - common,
        spans.depth[spans.box] - common,
        (position - spans.first[best]) / size,
        (position - spans.end[best]) / size,
    ]


def _to_paragraphs(page: _Page) -> list[Column]:
    """The same for the box with the most prose directly in it, as readability scores boxes."""
    spans = page.spans
    above = np.maximum(spans.parent[spans.box], 0)
    direct = np.bincount(above, weights=page.prose, minlength=len(spans.parent))
    best = int(np.argmax(direct))
    position = np.arange(len(spans.box))
    return [
        direct[above] / page.total[2],
        direct[np.maximum(spans.parent[above], 0)] / page.total[2],
        (above == best) * 1.0,
        (position >= spans.first[best]) & (position < spans.end[best]),
        spans.depth[spans.box] - spans.depth[best],
    ]


def _of_place(page: _Page) -> Column:
    """Position, and what stands before and after."""
    count = len(page.tags)
    articles = sum([box.tag == "article" for box in page.outline.boxes])
    position = np.arange(count)
    h1 = page.tags.index("h1") if "h1" in page.tags else -1
    heading = np.array([tag in HEADINGS for tag in page.tags])
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
            position - h1 if h1 >= 0 else np.full(count, -999),
            np.where(last_heading >= 0, position - last_heading, 999),
            np.where(last_prose >= 0, position - last_prose, 999),
            next_prose - position,
            np.full(count, articles),
        ],
        axis=1,
    ).astype(np.float64)


def _twins(parent: Indices, path: Indices) -> Column:
    """Of each box, how many of the boxes beside it have its tag and classes, itself among them."""
    shapes = (parent + 1) * len(path) + path
    _, shape, counts = np.unique(shapes, return_inverse=True, return_counts=True)
    twins: Column = counts[shape].astype(np.float64)
    return twins


def _of_repeats(page: _Page) -> Column:
    """How often the text, the path and the shapes around occur on the page."""
    lines, boxes = page.outline.lines, page.outline.boxes
    numbers: dict[str, int] = {}
    text = np.array([numbers.setdefault(line.text, len(numbers)) for line in lines])
    path = np.array([boxes[line.box].path for line in lines])
    is_same = _twins(page.spans.parent, np.array([box.path for box in boxes]))
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
    level = page.spans.box
    for _ in range(LEVELS):
        columns.append(is_same[level])
        level = np.maximum(page.spans.parent[level], 0)
    return np.stack(columns, axis=1).astype(np.float64)
