"""Links in the text are data: where they stand, where they lead, and that the text is the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import process_page
from pipelines.records import Block, BlockKind, BlockLink, CleanArticle
from pipelines.render import blocks_to_markdown, blocks_to_text, to_json, to_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "https://www.harbour.example/2026/03/the-affair-of-the-ferry"
PROSE = [
    f"On day {n} of the affair the office counted {n * 31} letters, put a few of them aside and "
    f"told whoever asked in room {n}{n} that nothing had happened since breakfast, nor before it."
    for n in range(1, 7)
]


def article(*paragraphs: str, head: str = "") -> CleanArticle:
    body = "".join(f"<p>{text}</p>" for text in [*PROSE[:3], *paragraphs, *PROSE[3:]])
    html = (
        f'<html lang="en"><head><title>The ferry</title>{head}</head><body><main><article>'
        f"<h1>The ferry</h1>{body}</article></main></body></html>"
    )
    found = process_page(html, URL)
    assert isinstance(found, CleanArticle)
    return found


def links_of(found: CleanArticle) -> list[tuple[str, str]]:
    return [
        (block.text[link.start : link.end], link.url)
        for block in found.blocks
        for link in block.links
    ]


def linked(href: str) -> str:
    return f'The clerk sent <a href="{href}">a long letter</a> to the office on the second day.'


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://valley.example/letter", "https://valley.example/letter"),
        ("/2026/02/letter?a=1&amp;b=2", "https://www.harbour.example/2026/02/letter?a=1&b=2"),
        ("//valley.example/x", "https://valley.example/x"),
        ("javascript:alert(1)", None),
        (" java\nscript:alert(1)", None),
        ("mailto:clerk@harbour.example", None),
        ("data:text/html,x", None),
        ("#note", None),
        ("", None),
        ("http://[", None),
        ("https://valley.example/" + "x" * 3_000, None),
    ],
)
def test_a_link_is_its_words_and_an_absolute_web_address(href: str, expected: str | None) -> None:
    found = article(linked(href))
    assert links_of(found) == ([("a long letter", expected)] if expected else [])


def test_relative_links_follow_the_pages_own_base() -> None:
    found = article(linked("letter"), head='<base href="https://valley.example/old/">')
    assert links_of(found) == [("a long letter", "https://valley.example/old/letter")]


def test_the_second_of_two_equal_words_is_the_linked_one() -> None:
    text = 'The letter was a letter, and <a href="https://valley.example/">letter</a> means post.'
    [link] = [link for block in article(text).blocks for link in block.links]
    assert link.start == len("The letter was a letter, and ")


def test_spaces_entities_and_formatting_do_not_move_a_link() -> None:
    text = (
        "The  clerk&nbsp;sent \n<b>two</b> <a href='https://valley.example/a'> <i>long</i>\n "
        "letters </a>, and <em><a href='https://valley.example/b'>caf\u00ade\u0301</a></em> money."
    )
    assert links_of(article(text)) == [
        ("long letters", "https://valley.example/a"),
        ("café", "https://valley.example/b"),
    ]


def test_links_in_lists_stand_in_their_items() -> None:
    items = "".join(
        f'<li>Letter {n} went to <a href="https://valley.example/{n}">room</a> in the morning.</li>'
        for n in range(3)
    )
    found = article(f"</p><ul>{items}</ul><p>")
    [block] = [block for block in found.blocks if block.links]
    assert block.kind is BlockKind.LIST
    lines = [block.text.count("\n", 0, link.start) for link in block.links]
    assert lines == [0, 1, 2]
    assert [link.url[-1] for link in block.links] == ["0", "1", "2"]


def test_links_change_neither_text_nor_hash() -> None:
    plain = article("The clerk sent a long letter to the office on the second day.")
    with_link = article(linked("https://valley.example/letter"))
    assert with_link.text == plain.text == blocks_to_text(with_link.blocks)
    assert with_link.content_hash == plain.content_hash


def test_json_and_markdown_show_them() -> None:
    found = article(linked("https://valley.example/a_(b)"))
    blocks = json.loads(to_json(found))["blocks"]
    [shown] = [link for block in blocks for link in block.get("links", [])]
    assert (shown["text"], shown["url"]) == ("a long letter", "https://valley.example/a_(b)")
    assert "sent [a long letter](https://valley.example/a_%28b%29) to" in to_markdown(found)


words = st.text(alphabet="ab é&<日[*\u00ad", min_size=1, max_size=8)
parts = st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(parts)
def test_wherever_links_stand_they_are_in_order_and_inside_of_their_block(
    said: Sequence[tuple[str, bool]],
) -> None:
    escaped = [(word.replace("&", "&amp;").replace("<", "&lt;"), is_link) for word, is_link in said]
    text = "".join(
        f'<a href="https://valley.example/{n}">{word}</a>' if is_link else word
        for n, (word, is_link) in enumerate(escaped)
    )
    found = article(f"{PROSE[0][:60]} {text} {PROSE[1][:60]}.")
    assert found.text == blocks_to_text(found.blocks)
    for block in found.blocks:
        ends = [0]
        for link in block.links:
            assert ends[-1] <= link.start < link.end <= len(block.text)
            assert "\n" not in block.text[link.start : link.end]
            word = said[int(link.url.rpartition("/")[2])][0]
            assert block.text[link.start : link.end] == " ".join(word.replace("\u00ad", "").split())
            ends.append(link.end)


def test_markdown_with_its_links_taken_out_is_markdown_without() -> None:
    text = "See *this* and [that] now"
    link = BlockLink(start=4, end=10, url="https://valley.example/x")
    plain = Block(kind=BlockKind.QUOTE, text=text)
    with_link = Block(kind=BlockKind.QUOTE, text=text, links=(link,))
    shown = blocks_to_markdown((with_link,), title=None)
    assert re.sub(r"\[((?:\\.|[^\]\\])*)\]\(https[^)]*\)", r"\1", shown) == blocks_to_markdown(
        (plain,), title=None
    )
