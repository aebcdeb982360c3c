"""Storing articles teaches their site, whatever the order; decisions and forgetting."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import forget
from db.models import BlockStatus, SightedProse, Sighting, Site, SiteBlock
from db.raw_pages import RawPageStore
from db.session import Database
from pipelines.fingerprint import content_hash
from pipelines.page_visits import StoreTools
from pipelines.profile_counting import refresh, refresh_all
from pipelines.profile_packs import export_profile
from pipelines.records import Block, BlockKind, Cut
from pipelines.sites.hashes import block_hash
from pipelines.stored_profiles import decide, read_profile
from pipelines.urls import fetch_key, key_hash, url_key
from tests.storing import NOW, Shelf, clean_article, reclean_body, words

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from pipelines.records import CleanArticle
    from pipelines.store import Stored

HOST = "https://www.harbour.example"
PROMPT = "Sign up for our newsletter"
AGENCY = "The agency's correspondents in nine cities contributed to this long report on the coast."


def page(url: str, *texts: str, cut: tuple[str, ...] = ()) -> CleanArticle:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    cuts = [Block(kind=BlockKind.PARAGRAPH, text=text) for text in cut]
    text = "\n".join(texts)
    return clean_article(
        url,
        text,
        blocks=blocks,
        cuts=tuple(
            Cut(position=len(blocks), block=block, rule="share_bar", reason="A test.")
            for block in cuts
        ),
        content_hash=content_hash(text),
        fetched_at=NOW,
    )


def shelf_of(session: Session) -> Shelf:
    return Shelf(session, StoreTools(raw_pages=RawPageStore(), reclean=reclean_body))


def put(shelf: Shelf, article: CleanArticle) -> Stored:
    """Store a page as a crawl does: with the profile counted again when it is time."""
    stored = shelf.put_result(article.url, article)
    if stored.profile_due:
        refresh(shelf.session, stored.profile_due)
    return stored


def story(n: int, host: str = HOST) -> str:
    return f"{host}/2026/03/story-about-number-{n}"


def learned(session: Session) -> dict[str, tuple[str, int, int]]:
    rows = session.scalars(select(SiteBlock).execution_options(populate_existing=True))
    return {row.text: (str(row.status), row.articles, row.of_articles) for row in rows}


def exported(session: Session) -> str:
    """Every row of what was learned, without numbers that depend on the order of storing."""
    blocks = [
        [
            row.site,
            row.domain,
            row.hash,
            row.status,
            row.kind,
            row.text,
            row.path,
            row.articles,
            row.of_articles,
            row.inside,
            row.followers,
            row.first_day,
            row.last_day,
            row.last_period,
        ]
        for row in session.scalars(select(SiteBlock).order_by(SiteBlock.site, SiteBlock.hash))
    ]
    sightings = [
        [
            row.site,
            row.sample_key.hex(),
            row.period,
            row.day,
            row.hashes.hex(),
            row.layout.hex(),
            row.is_indexed,
        ]
        for row in session.scalars(select(Sighting).order_by(Sighting.sample_key))
    ]
    sites = [
        [row.site, row.profile_version, row.profile_articles, row.profile_changes, row.layout]
        for row in session.scalars(select(Site).order_by(Site.site))
        if row.profile_articles
    ]
    return json.dumps([blocks, sightings, sites])


def test_a_prompt_of_three_articles_is_learned_while_they_are_stored(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n in range(2):
            put(shelf, page(story(n), words(n), words(n + 50), PROMPT))
        assert learned(session) == {}
        put(shelf, page(story(2), words(2), words(52), cut=(PROMPT,)))
        assert learned(session) == {PROMPT: ("learned", 3, 3)}
        profile = read_profile(session, "harbour.example")
        assert profile.cut == {block_hash(PROMPT): "Seen in 3 of 3 articles of this site."}
        assert profile.version == session.get_one(Site, "harbour.example").profile_version != 0


def test_revisions_and_copies_of_one_article_teach_nothing(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n, address in enumerate(["", "/amp", "?print=1", "", ""]):
            text = words(0) if address else words(n)
            put(shelf, page(story(0) + address, text, words(50), PROMPT))
        put(shelf, page(story(1), words(7), words(57), PROMPT))
        refresh_all(session)
        assert learned(session) == {}


def test_a_paragraph_of_an_agency_is_not_the_sites(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n in range(4):
            put(shelf, page(story(n), words(n), words(n + 50), AGENCY))
        assert learned(session)[AGENCY][0] == "learned"
        put(shelf, page(story(9, "https://other.example"), words(9), words(59), AGENCY))
        refresh_all(session)
        assert learned(session)[AGENCY][0] == "elsewhere"
        assert not read_profile(session, "harbour.example").cut


def test_hosts_of_one_domain_do_not_make_an_agency(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n in range(4):
            put(shelf, page(story(n), words(n), words(n + 50), AGENCY))
        put(shelf, page(story(9, "https://sport.harbour.example"), words(9), AGENCY))
        refresh_all(session)
        assert learned(session)[AGENCY][0] == "learned"


def test_decisions_are_rules_and_outlast_the_evidence(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n in range(3):
            put(shelf, page(story(n), words(n), words(n + 50), PROMPT))
        block = session.scalars(select(SiteBlock)).one()
        before = read_profile(session, "harbour.example")
        kept = decide(session, block.id, BlockStatus.KEPT, now=NOW)
        assert (dict(kept.cut), kept.kept) == ({}, {block_hash(PROMPT)})
        for n in range(3, 60):
            put(shelf, page(story(n), words(n), words(n + 50)))
        later = read_profile(session, "harbour.example")
        assert (later.version, later.kept) == (kept.version, kept.kept)
        assert kept.version != before.version
        accepted = decide(session, block.id, BlockStatus.ACCEPTED, now=NOW)
        assert "accepted by a person" in accepted.cut[block_hash(PROMPT)]
        assert accepted.version == before.version
        assert decide(session, block.id, BlockStatus.FORGOTTEN, now=NOW).version == 0
        refresh(session, "harbour.example")
        assert not read_profile(session, "harbour.example").cut


def test_forgetting_articles_unlearns_them(database: Database) -> None:
    with database.write() as session:
        shelf = shelf_of(session)
        for n in range(3):
            put(shelf, page(story(n), words(n), words(n + 50), PROMPT))
        url = story(0)
        forget.forget_url(session, fetch_hash=key_hash(fetch_key(url)), url_key=url_key(url))
        assert learned(session) == {}
        refresh_all(session)
        assert learned(session) == {}
        assert not read_profile(session, "harbour.example").cut
        put(shelf, page(story(3), words(3), words(53), PROMPT))
        refresh_all(session)
        assert learned(session) == {PROMPT: ("learned", 3, 3)}
        forget.forget_host(session, "www.harbour.example")
        tables = (SiteBlock, Sighting, SightedProse)
        assert not any(session.scalars(select(table)).first() for table in tables)


HOSTS = ("https://www.harbour.example", "https://m.harbour.example", "https://coast.example")
PARTS = (PROMPT, AGENCY, "What happens next", "Read more", words(90, 12) + ".")
PAGES = st.lists(
    st.tuples(
        st.sampled_from(HOSTS),
        st.integers(0, 9),
        st.sampled_from(["", "/amp", "?utm_source=x", "-once-more"]),
    ),
    max_size=25,
)


def shared_parts(host: str, n: int) -> list[str]:
    return random.Random(f"{host[-9:]} {n}").sample(PARTS, 3)


@settings(max_examples=15, deadline=None)
@given(pages=PAGES, seed=st.integers(), every=st.integers(1, 9))
def test_pages_in_any_order_leave_the_same_profile(
    sqlite_template: Path, pages: list[tuple[str, int, str]], seed: int, every: int
) -> None:
    chance = random.Random(seed)
    orders = [pages, chance.sample(pages, len(pages)), [*pages, *pages]]
    assert len({profile_after(sqlite_template, it, every) for it in orders}) == 1


def profile_after(template: Path, pages: list[tuple[str, int, str]], every: int) -> str:
    with Database(str(template)) as database, database.read() as session:
        shelf = shelf_of(session)
        for at, (host, n, form) in enumerate(pages):
            site_number = n + 100 * (host == HOSTS[2])
            first, *others = shared_parts(host, n)
            texts = [first, words(site_number), words(site_number + 50), *others]
            put(shelf, page(story(n, host) + form, *texts))
            if at % every == 0:
                refresh_all(session)
        sites = ("harbour.example", "coast.example")
        packs = [export_profile(session, site) for site in sites]
        return "".join([*packs, exported(session)])


def test_a_small_sample_is_filled_again_from_stored_articles(
    sqlite_template: Path, monkeypatch
) -> None:
    monkeypatch.setattr("pipelines.sites.sample.SAMPLE_SIZE", 5)
    monkeypatch.setattr("pipelines.sites.sample.PERIOD_SAMPLE_SIZE", 3)

    def after(numbers: list[int], gone: list[int]) -> str:
        with Database(str(sqlite_template)) as database, database.read() as session:
            shelf = shelf_of(session)
            for n in numbers:
                put(shelf, page(story(n), words(n), words(n + 50), PROMPT, cut=("Read more",)))
            refresh_all(session)
            for url in map(story, gone):
                keys = {"fetch_hash": key_hash(fetch_key(url)), "url_key": url_key(url)}
                forget.forget_url(session, **keys)
            refresh_all(session)
            assert len(session.scalars(select(Sighting)).all()) == 5
            return exported(session)

    assert after(list(range(12)), [1, 3, 5, 7]) == after([10, 8, 0, 2, 4, 6, 9, 11], [])
