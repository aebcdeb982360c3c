"""Responses that are proper HTTP and still a trap: redirects, refusals, links without end."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http import HTTPStatus

from tests.servers.bodies import HTML, article, article_html
from tests.servers.loopback import Exchange

LOOPBACK_SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
)
"""Hosts of URLs that reach, or on some systems reach, the machine itself."""
PRIVATE_HOSTS = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[64:ff9b::7f00:1]",
    "224.0.0.1",
    "255.255.255.255",
)
"""Addresses that are not public."""
FOREIGN_SCHEMES = (
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,hello",
    "ftp://ftp.example/x",
    "s3://bucket/key",
    "gopher://127.0.0.1/1",
)
MILLION = 1_000_000


async def redirect_to(exchange: Exchange) -> bool:
    """`?to=URL`, with `?status=` if not 302."""
    return await _redirect(exchange, exchange.query.get("to", "/article/1"))


async def redirect_self(exchange: Exchange) -> bool:
    return await _redirect(exchange, exchange.visit.target)


async def redirect_loop(exchange: Exchange) -> bool:
    """/redirect-loop/a to /redirect-loop/b and back."""
    return await _redirect(exchange, "/redirect-loop/" + ("b" if "/a" in exchange.path else "a"))


async def redirect_chain(exchange: Exchange) -> bool:
    """/redirect-chain/N takes N redirects to an article."""
    left = int(exchange.path.rsplit("/", 1)[1])
    return await _redirect(exchange, f"/redirect-chain/{left - 1}" if left > 1 else "/article/1")


async def meta_refresh(exchange: Exchange) -> bool:
    """`?to=URL` in a meta tag."""
    to = escape(exchange.query.get("to", "/article/1"))
    body = (
        f'<html><head><meta http-equiv="refresh" content="0;url={to}"></head><body></body></html>'
    )
    await exchange.answer(200, HTML, body.encode())
    return True


class Refusals:
    """429 or 503 with Retry-After, 5xx: so many `?times=` on a path (default: always), then 200."""

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()

    async def status(self, exchange: Exchange) -> bool:
        """/status/N, `?after=SECONDS` or `?date=SECONDS` (as a date), `?times=`."""
        target, query = exchange.visit.target, exchange.query
        self._refused[target] += 1
        if self._refused[target] > int(query.get("times", MILLION)):
            return await article(exchange)
        code = int(exchange.path.split("/")[2])
        headers = HTML | _retry_after(query)
        await exchange.answer(code, headers, b"<p>not now</p>", reason=HTTPStatus(code).phrase)
        return True


async def a_million_links(exchange: Exchange) -> bool:
    """`?links=` for another number."""
    number = int(exchange.query.get("links", MILLION))
    links = "".join(
        f'<a href="/news/report-number-{n}-of-the-day/">r{n}</a>' for n in range(number)
    )
    await exchange.answer(200, HTML, f"<html><body>{links}</body></html>".encode())
    return True


async def growing_path(exchange: Exchange) -> bool:
    """Every page links to one a segment deeper, as wrong relative links do."""
    links = "".join(f'<a href="{exchange.path.rstrip("/")}/{word}/">more</a>' for word in "abc")
    return await _page_with(exchange, links)


async def session_ids(exchange: Exchange) -> bool:
    """Every page links to itself under fresh session ids, in the path and in the query."""
    number = len(exchange.path) * 7919 + hash(exchange.path) % 100_000
    links = "".join(
        f'<a href="/session/{number + n:032x}/news/harbour-report/">next</a>'
        f'<a href="/session/news/harbour-report;jsessionid={number + n:032X}">next</a>'
        for n in range(5)
    )
    return await _page_with(exchange, links)


async def calendar(exchange: Exchange) -> bool:
    """/calendar/YEAR/MONTH links to the month before and after, for ever."""
    _, year, month = exchange.path.strip("/").split("/")[:3]
    number = int(year) * 12 + int(month) - 1
    links = "".join(
        f'<a href="/calendar/{n // 12}/{n % 12 + 1}">m</a>' for n in (number - 1, number + 1)
    )
    return await _page_with(exchange, links)


async def feed_with_bad_links(exchange: Exchange) -> bool:
    """A feed whose items point to foreign schemes and to the machine itself; one is good."""
    base = f"http://{exchange.visit.headers.get('host', '127.0.0.1')}"
    bad = (*FOREIGN_SCHEMES, *(f"http://{host}/" for host in LOOPBACK_SPELLINGS[1:]), "http://[bad")
    items = "".join(
        f"<item><link>{escape(url)}</link></item>" for url in (*bad, f"{base}/article/1")
    )
    body = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    )
    await exchange.answer(200, {"Content-Type": "application/rss+xml"}, body.encode())
    return True


async def sitemap_loop(exchange: Exchange) -> bool:
    """/sitemap-loop/N is an index that names the next one and itself."""
    base = f"http://{exchange.visit.headers.get('host', '127.0.0.1')}/sitemap-loop"
    number = int(exchange.path.rsplit("/", 1)[1])
    maps = "".join(f"<sitemap><loc>{base}/{n}</loc></sitemap>" for n in (number, number + 1, 0))
    body = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    )
    await exchange.answer(200, {"Content-Type": "application/xml"}, body.encode())
    return True


async def needs_cookie(exchange: Exchange) -> bool:
    """An article for those who return the cookie, a redirect to itself with one for the others."""
    if "consent=yes" in exchange.visit.headers.get("cookie", ""):
        return await article(exchange)
    headers = {"Location": exchange.visit.target, "Set-Cookie": "consent=yes; Path=/"}
    await exchange.answer(302, headers, b"", reason="Found")
    return True


async def _redirect(exchange: Exchange, to: str) -> bool:
    status = int(exchange.query.get("status", 302))
    await exchange.answer(status, {"Location": to}, b"", reason=HTTPStatus(status).phrase)
    return True


async def _page_with(exchange: Exchange, links: str) -> bool:
    body = article_html(exchange.path).replace("</article>", f"</article><nav>{links}</nav>")
    await exchange.answer(200, HTML, body.encode())
    return True


def _retry_after(query: dict[str, str]) -> dict[str, str]:
    if "after" in query:
        return {"Retry-After": query["after"]}
    if "date" in query:
        then = datetime.now(UTC) + timedelta(seconds=float(query["date"]))
        return {"Retry-After": format_datetime(then, usegmt=True)}
    return {}
