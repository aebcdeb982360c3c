"""What a second crawl asks for, with other settings: conditional GET, certificates, no contact."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from crawler import settings
from crawler.config import Config
from crawler.settings import crawl_settings, user_agent
from db import Archive
from pipelines.word_diff import diff_pieces
from tests.crawls import CrawlEnd, Ended, read_ledger, run_command, start_crawl
from tests.servers import tls
from tests.servers.bodies import HTML, article_html
from tests.servers.hostile import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.stored_articles import StoredRevision
    from tests.servers.loopback import AccessLog, Exchange

KINDS = ("self-signed", "expired", "wrong name")
LAST_MODIFIED = "Sat, 21 Nov 2015 10:00:00 GMT"


ROTATING, REWRITTEN = "/rotating", "/rewritten"
TEASERS = ("Crane falls into the old dock", "Ferry line is sold to a neighbour")
BEFORE, AFTER = "every one of them into", "none of them into"


class Server(HostileServer):
    """Articles with validators that are honoured, and two that are changed before `is_later`."""

    is_later = False

    async def _misbehave(self, exchange: Exchange) -> bool:
        if exchange.path in {ROTATING, REWRITTEN}:
            await exchange.answer(200, HTML, self._teasing_page(exchange.path).encode())
            return True
        validators = VALIDATORS.get(exchange.path)
        if validators is None:
            return await super()._misbehave(exchange)
        asked = exchange.visit.headers
        if "if-none-match" in asked or "if-modified-since" in asked:
            await exchange.answer(304, validators, b"", reason="Not Modified")
        else:
            body = article_html(exchange.path).encode()
            await exchange.answer(200, HTML | validators, body)
        return True

    def _teasing_page(self, path: str) -> str:
        """Teasers for another article stand there now; of one page the text is rewritten too."""
        title = TEASERS[self.is_later]
        link = f'<a href="/2026/03/{title.lower().replace(" ", "-")}">'
        inner = f"<p>Read also: {link}{title}</a></p>"
        box = f"<aside><h2>More from the harbour</h2><ul><li>{link}{title}</a></li></ul></aside>"
        page = article_html(path).replace("</article>", f"</article>{box}")
        page = page.replace("<p>This is paragraph 3", inner + "<p>This is paragraph 3")
        return page.replace(BEFORE, AFTER) if self.is_later and path == REWRITTEN else page


VALIDATORS = {
    "/etag": {"ETag": '"abc"'},
    "/date": {"Last-Modified": LAST_MODIFIED},
    "/both": {"ETag": 'W/"abc"', "Last-Modified": LAST_MODIFIED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    second: CrawlEnd
    before: dict[str, Ended]
    after: dict[str, Ended]
    server: HostileServer
    second_log: AccessLog
    tls: dict[str, str]
    revisions: dict[str, list[StoredRevision]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The second crawl comes at once, refetches everything, and accepts any certificate."""
    folder = tmp_path_factory.mktemp("again")
    with ExitStack() as stack:
        server = stack.enter_context(Server())
        secure = start_tls(stack, folder)
        paths = (*VALIDATORS, "/article/1", "/status/404", ROTATING, REWRITTEN)
        pages = [server.at(path) for path in paths]
        common = ("--allow-private", "127.0.0.1", "--wait", "0")
        once = {"WINNOW_MAX_ATTEMPTS": "1", "WINNOW_RETRY_SECONDS": "0.1"}
        start_crawl("w.db", *pages, *secure.values(), *common, folder=folder, environ=once).wait()
        before = read_ledger(str(folder / "w.db"))
        server.log.clear()
        server.is_later = True
        second = start_crawl(
            "w.db", *pages, *secure.values(), *common, "--max-age", "0",
            folder=folder, environ=once | {"WINNOW_VERIFY_TLS": "false"},
        ).wait()  # fmt: skip
        yield Crawled(
            second=second,
            before=before,
            after=read_ledger(str(folder / "w.db")),
            server=server,
            second_log=server.log,
            tls=secure,
            revisions=read_revisions(folder / "w.db"),
        )


def read_revisions(file: Path) -> dict[str, list[StoredRevision]]:
    """Every text of each article, by its URL."""
    with Archive(str(file)) as archive:
        return {it.url: archive.revisions(it.id) for it in archive.iter()}


def start_tls(stack: ExitStack, folder: Path) -> dict[str, str]:
    authority = tls.make_authority(folder)
    servers = (
        tls.self_signed(folder),
        tls.expired(folder, authority),
        tls.wrong_name(folder, authority),
    )
    return {
        kind: stack.enter_context(server).url + f"/article/{kind[0]}"
        for kind, server in zip(KINDS, servers, strict=True)
    }


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/etag", {"if-none-match": '"abc"'}),
        ("/date", {"if-modified-since": LAST_MODIFIED}),
        ("/both", {"if-none-match": 'W/"abc"', "if-modified-since": LAST_MODIFIED}),
        ("/article/1", {}),
        ("/status/404", {}),
    ],
)
def test_what_the_server_gave_to_recognise_a_page_is_sent_back(
    crawled: Crawled, path: str, sent: dict[str, str]
) -> None:
    (visit,) = crawled.second_log.of(path)
    assert {name: it for name, it in visit.headers.items() if name.startswith("if-")} == sent


@pytest.mark.parametrize("path", VALIDATORS)
def test_not_modified_is_unchanged_and_the_article_stays(crawled: Crawled, path: str) -> None:
    before, after = (ledger[crawled.server.at(path)] for ledger in (crawled.before, crawled.after))
    assert after.outcomes == ["saved", "unchanged"]
    assert after.page.status == 304
    assert before.article is not None
    assert after.article is not None
    assert after.article.text == before.article.text
    assert (after.page.etag, after.page.last_modified) == (
        before.page.etag,
        before.page.last_modified,
    )


def test_the_same_body_again_is_unchanged(crawled: Crawled) -> None:
    assert crawled.after[crawled.server.at("/article/1")].outcomes == ["saved", "unchanged"]


def test_a_rotating_teaser_makes_no_revision(crawled: Crawled) -> None:
    url = crawled.server.at(ROTATING)
    assert crawled.after[url].outcomes == ["saved", "unchanged"]
    [revision] = crawled.revisions[url]
    assert not any(title in revision.text for title in TEASERS)


def test_a_rewritten_paragraph_makes_one_with_its_time(crawled: Crawled) -> None:
    url = crawled.server.at(REWRITTEN)
    assert crawled.after[url].outcomes == ["saved", "updated"]
    first, second = crawled.revisions[url]
    assert first.fetched_at < second.fetched_at
    changed = [piece for piece in diff_pieces(first.text, second.text) if piece.kind != "equal"]
    assert {piece.text for piece in changed} == {"every one", "none"}


def test_robots_txt_is_not_asked_for_again(crawled: Crawled) -> None:
    assert not crawled.second_log.of("/robots.txt")
    assert not crawled.second_log.of("/.well-known/tdmrep.json")


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_certificate_is_accepted_only_when_told(crawled: Crawled, kind: str) -> None:
    assert crawled.before[crawled.tls[kind]].outcome == "network_error"
    assert crawled.after[crawled.tls[kind]].outcome == "saved"


def test_the_second_crawl_ends_with_0(crawled: Crawled) -> None:
    assert crawled.second.exit_code == 0, crawled.second.output


def test_without_a_contact_other_people_s_hosts_are_refused(tmp_path: Path) -> None:
    end = run_command("crawl", "https://www.example.org/a", "--db", "w.db", folder=tmp_path)
    assert end.exit_code == 2
    assert "no contact given, and www.example.org is somebody's server" in end.output
    assert "Traceback" not in end.output


def test_what_runs_code_for_strangers_is_off() -> None:
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED
    assert {name for name, handler in settings.DOWNLOAD_HANDLERS.items() if handler} == {
        "http", "https",
    }  # fmt: skip
    for scheme in ("file", "data", "ftp", "s3"):
        assert settings.DOWNLOAD_HANDLERS[scheme] is None


def test_the_user_agent_has_name_version_and_contact() -> None:
    assert user_agent(Config(contact="a@example.org")) == "Winnow/0.1.0 (+a@example.org)"
    assert user_agent(Config()) == "Winnow/0.1.0"
    own = Config(contact="a@example.org", user_agent="Tide/2 (a@example.org)")
    assert user_agent(own) == "Tide/2 (a@example.org)"


def test_a_user_s_settings_reach_scrapy() -> None:
    given = crawl_settings(Config(timeout_seconds=7, verify_tls=False))
    assert (given["DOWNLOAD_TIMEOUT"], given["DOWNLOAD_VERIFY_CERTIFICATES"]) == (7, False)
