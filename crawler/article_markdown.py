"""A stored article as Markdown: its blocks through the renderer of the pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.records import Block, BlockKind, BlockLink
from pipelines.render import blocks_to_markdown

if TYPE_CHECKING:
    from db.stored_articles import StoredArticle


def article_markdown(article: StoredArticle) -> str:
    """Title and text, with headings, lists, quotes, tables and links."""
    return blocks_to_markdown(article_blocks(article), title=article.title)


def article_blocks(article: StoredArticle) -> tuple[Block, ...]:
    """The blocks as the pipelines have them."""
    return tuple(
        Block(
            kind=BlockKind(it.kind),
            text=it.text,
            level=it.level,
            links=tuple(
                BlockLink(start=link.start, end=link.end, url=link.url) for link in it.links
            ),
        )
        for it in article.blocks
    )
