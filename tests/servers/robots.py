"""robots.txt as servers really give it: refused, silent, huge, many-headed."""

from tests.servers.bodies import silent
from tests.servers.loopback import Exchange

TEXT = {"Content-Type": "text/plain"}
ALLOW_ALL = b"User-agent: *\nDisallow:\n"
HUGE = b"User-agent: *\nDisallow: /early/\n" + b"# filler\n" * 68_000 + b"Disallow: /late/\n"
"""More than 600 KiB; RFC 9309 asks for at least 500 KiB to be read."""
MANY_AGENTS = (
    b"".join(
        b"User-agent: bot%d\nDisallow: /only-bot-%d/\nDisallow: /*/*%d*/\n\n" % (n, n, n)
        for n in range(1500)
    )
    + b"User-agent: *\nDisallow: /closed/\n"
)


async def robots_answer(exchange: Exchange, robots: bytes | int | None) -> bool:
    """A text, a status code, or None: no answer at all."""
    if robots is None:
        return await silent(exchange)
    if isinstance(robots, int):
        await exchange.answer(robots, TEXT, b"", reason="Refused")
    else:
        await exchange.answer(200, TEXT, robots)
    return True


def crawl_delay(seconds: float) -> bytes:
    return f"User-agent: *\nCrawl-delay: {seconds}\nDisallow: /closed/\n".encode()
