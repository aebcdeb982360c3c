"""A server that misbehaves: one path for each row of what hostile servers do.

    with HostileServer(robots=500) as server:
        server.at("/endless-body")
        server.log.gaps()

`server.robots` may be changed while it runs: a text, a status code, or None for silence.
"""

from tests.servers import answers, bodies
from tests.servers.loopback import Exchange, Handler, LoopbackServer
from tests.servers.robots import ALLOW_ALL, robots_answer

BEHAVIOURS: dict[str, Handler] = {
    "a-million-links": answers.a_million_links,
    "article": bodies.article,
    "brotli-bomb": bodies.brotli_bomb,
    "calendar": answers.calendar,
    "closed-unanswered": bodies.closed_unanswered,
    "eleven-mebibytes": bodies.eleven_mebibytes,
    "empty": bodies.empty,
    "endless-body": bodies.endless_body,
    "endless-chunks": bodies.endless_chunks,
    "endless-headers": bodies.endless_headers,
    "feed-with-bad-links": answers.feed_with_bad_links,
    "garbage": bodies.garbage,
    "growing-path": answers.growing_path,
    "gzip-bomb": bodies.gzip_bomb,
    "json": bodies.json_body,
    "many-cookies": bodies.many_cookies,
    "meta-refresh": answers.meta_refresh,
    "needs-cookie": answers.needs_cookie,
    "nested-gzip-bomb": bodies.nested_gzip_bomb,
    "one-byte-a-second": bodies.one_byte_a_second,
    "pdf": bodies.pdf,
    "png": bodies.png,
    "redirect-chain": answers.redirect_chain,
    "redirect-loop": answers.redirect_loop,
    "redirect-self": answers.redirect_self,
    "redirect-to": answers.redirect_to,
    "reset": bodies.reset,
    "session": answers.session_ids,
    "silent": bodies.silent,
    "sitemap-loop": answers.sitemap_loop,
    "truncated": bodies.truncated,
    "truncated-gzip": bodies.truncated_gzip,
    "zstd-bomb": bodies.zstd_bomb,
}
"""First path segment to behaviour; `status` is there too, but remembers its visitors."""


class HostileServer(LoopbackServer):
    """All behaviours on one port; 404 for a path that is none of them."""

    def __init__(
        self, *, robots: bytes | int | None = ALLOW_ALL, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__(self._misbehave, host=host, port=port)
        self.robots = robots
        self._refusals = answers.Refusals()

    def at(self, path: str) -> str:
        """The URL of a path."""
        return self.url + path

    async def _misbehave(self, exchange: Exchange) -> bool:
        name = exchange.path.split("/")[1]
        if exchange.path == "/robots.txt":
            return await robots_answer(exchange, self.robots)
        if name == "status":
            return await self._refusals.status(exchange)
        if name in BEHAVIOURS:
            return await BEHAVIOURS[name](exchange)
        await exchange.answer(404, bodies.HTML, b"<p>no such behaviour</p>", reason="Not Found")
        return True
