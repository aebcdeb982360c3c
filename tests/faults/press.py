"""A small press on three ports: articles, copies, missing pages and a slow one, all invented."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from tests.servers.loopback import Exchange, LoopbackServer

if TYPE_CHECKING:
    from types import TracebackType

HTML = {"Content-Type": "text/html; charset=utf-8"}
STORIES = 100
"""Of each paper: enough for a crawl to be killed twenty times before its end."""
FEW_STORIES = 30
"""Where one thing happens to a crawl."""
FIRST_ANSWERS = 12
"""That are never held back: some of them are stories."""
COPIES = 3
"""Stories that a paper has at two addresses."""
MISSING = 3
SLOW_SECONDS = 60.0
SHARE_BAR = "<p>Facebook Twitter WhatsApp</p>"
"""A general rule cuts it, so a text does not depend on when it was learned."""
PAUSE_SECONDS = 0.08
"""Before each answer, so that a crawl lasts long enough for something to happen to it."""


class Press:
    """Three papers, each a host of its own."""

    def __init__(self, *, papers: int = 3, stories: int = STORIES) -> None:
        self._stack = ExitStack()
        self.servers = [LoopbackServer(self._answer) for _ in range(papers)]
        self._stories = stories
        self._pause_seconds = PAUSE_SECONDS
        self._held_back = False
        self._answers = 0

    def __enter__(self) -> Self:
        for server in self.servers:
            self._stack.enter_context(server)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def hold_back(self) -> None:
        """Keep all but the first pages back, so that a crawl cannot end before `let_go`."""
        self._held_back = True

    def let_go(self) -> None:
        """Answer what was held back."""
        self._held_back = False

    def hurry(self) -> None:
        """Answer at once from now on: what was to happen to a crawl has happened."""
        self._pause_seconds = 0.0

    def urls(self) -> list[str]:
        """Every URL of the list that the tests crawl."""
        paths = [f"/news/story-number-{n}.html" for n in range(self._stories)]
        paths += [f"/other/story-number-{n}.html" for n in range(COPIES)]
        paths += [f"/missing/{n}.html" for n in range(MISSING)]
        return [server.url + path for server in self.servers for path in paths]

    def slow_urls(self) -> list[str]:
        """One page a paper that takes a minute."""
        return [server.url + "/slow/story.html" for server in self.servers]

    async def _answer(self, exchange: Exchange) -> bool:
        kind, _, name = exchange.path.strip("/").partition("/")
        if kind == "slow":
            await exchange.client_leaves(seconds=SLOW_SECONDS)
            return False
        await asyncio.sleep(self._pause_seconds)
        self._answers += 1
        is_first = self._answers <= FIRST_ANSWERS
        while self._held_back and not is_first:  # noqa: ASYNC110 -- another thread lets go
            await asyncio.sleep(PAUSE_SECONDS)
        if kind in {"news", "other"}:
            port = exchange.writer.get_extra_info("sockname")[1]
            await exchange.answer(200, HTML, story_html(f"{name} of {port}").encode())
        else:
            await exchange.answer(404, HTML, b"<p>Nothing here.</p>")
        return True


def story_html(name: str) -> str:
    """A page whose text depends on its name alone."""
    paragraphs = "".join(
        f"<p>On day {n} of the affair called {name} the clerk counted {n * 13} letters, put them "
        f"into drawer {n}, and told whoever asked that nothing whatever had happened since "
        "breakfast, which was true only of the drawer.</p>"
        for n in range(1, 6)
    )
    return (
        f'<!doctype html><html lang="en"><head><title>The affair {name}</title></head>'
        f"<body><main><article><h1>The affair {name}</h1>{paragraphs}{SHARE_BAR}</article></main>"
        "</body>"
    )
