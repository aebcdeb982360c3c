"""A small, varied archive: scripts with and without spaces, hostile signs, every attribute."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import xxhash
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Article,
    MemberReason,
    Page,
    PageState,
    Revision,
    Source,
    Story,
    StoryMember,
)
from db.outcomes import Outcome
from db.search_index import write_terms

START = datetime(2026, 1, 1, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a test says about one article; the rest is filled in."""

    title: str | None
    text: str
    authors: tuple[str, ...] = ()
    site: str = "coast.example"
    language: str | None = "en"
    section: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None


ARTICLES = (
    Told(title="Storm warning for the coast", text="A storm is moving in.\nStay inside, said Ann.",
         authors=("Ann O'Brien",), section="Weather", tags=("Storm", "Sea")),
    Told(title="Calm sea", text="After the storm the sea is calm. The coast guard rests.",
         authors=("Bob Lee", "Ann Marie Kay"), section="weather", tags=("sea",), source="coast"),
    Told(title="C++ turns 40", text="C++ is used by 50% of a-b testers at foo.bar/baz.",
         language=None, tags=("Über",), site="code.example:8080"),
    Told(title="Pi", text="Pi is 3.14, not 3.141; see http://code.example/pi?x=1&y=2 and 12:30.",
         site="code.example:8080", section="Science"),
    Told(title="Die Straßenbahn fährt größer", text="Übermüdung in München: „Straße“ gesperrt.",
         language="de", section="Übersicht", tags=("über", "Verkehr"), authors=("Jürgen Groß",)),
    Told(title="İstanbul'da ışık", text="Işıklar söndü. Çağlayan'da yağmur ve fırtına.",
         language="tr", authors=("Oğuz Şahin",)),
    Told(title="東京都で大雨", text="東京都は大雨に警戒を呼びかけた。iPhone値下げ。猫。",
         language="ja", authors=("山田太郎",), tags=("天気",)),
    Told(title="北京新闻", text="北京市今天有雨。新闻记者报道，东京也下雨。", language="zh"),
    Told(title="ข่าวไทย", text="ภาษาไทยไม่มีช่องว่างระหว่างคำ ๕๐ คน", language="th"),
    Told(title="أخبار اليوم", text="قال محمد إنَّ العاصفة قادمة في ٢٠٢٦.", language="ar"),
    Told(title="हिन्दी समाचार", text="आज सुबह की बड़ी खबरें हिन्दी में।", language="hi"),
    Told(title="한국어 뉴스", text="서울에 폭풍 경보가 내려졌다.", language="ko"),
    Told(title="Буря в Москве", text="Ёлка упала. Буря идёт на юг, й и ё.", language="ru"),
    Told(title="Party 🎉 time", text="👩‍👧 soft\u00adhyphen, café Œuvre.", tags=("🎉",)),
    Told(title=None, text="No title here; 'quoted' \"double\" \\backslash %percent_under."),
    Told(title="Reserved", text="", source="coast", section="Weather"),
    Told(title="The long one", text=("to be or not to be " * 5_000) + "the very end"),
    Told(title="OR AND NOT NEAR", text="MATCH NULL true false rank rowid title: body:"),
)  # fmt: skip


def add_small_archive(session: Session) -> None:
    session.add(new_source("coast"))
    for number, told in enumerate(ARTICLES):
        add_article(session, told, sort_at=START + timedelta(hours=9 * (number // 2)))


def add_history(session: Session) -> None:
    """Pages of three articles and of none, a story of two, revisions of two."""
    calm, pi, long_one = (_titled(session, it) for it in ("Calm sea", "Pi", "The long one"))
    for outcome, article_id in (
        (Outcome.GONE, calm.id), (Outcome.UPDATED, pi.id), (Outcome.SAVED, pi.id),
        (Outcome.SAVED, long_one.id), (Outcome.SAVED, None),
    ):  # fmt: skip
        session.add(_page_row(outcome, article_id))
    story = Story(id=7, members=2, earliest_id=calm.id, first_seen_at=START, last_seen_at=START)
    session.add(story)
    session.flush()
    for article in (calm, pi):
        session.add(
            StoryMember(article_id=article.id, story_id=7, reason=MemberReason.HAND, version=1)
        )
    session.add(_earlier(calm, 1, title="Sea still rough", text=calm.text))
    session.add(_earlier(pi, 1, title="Pi", text="Pi is 3.1."))
    session.add(_earlier(pi, 2, title="Pi", text=pi.text))


def _titled(session: Session, title: str) -> Article:
    return session.scalars(select(Article).where(Article.title == title)).one()


def _page_row(outcome: Outcome, article_id: int | None) -> Page:
    url = f"https://coast.example/{outcome}/{article_id}"
    return Page(
        fetch_hash=xxhash.xxh3_128_digest(url.encode()), url=url, host="coast.example",
        site="coast.example", state=PageState.DONE, outcome=outcome, article_id=article_id,
        discovered_at=START,
    )  # fmt: skip


def _earlier(article: Article, number: int, *, title: str, text: str) -> Revision:
    return Revision(
        article_id=article.id, number=number, title=title, text=text, fetched_at=START,
        content_hash=xxhash.xxh3_128_digest(text.encode()), cleaner_version=1, profile_version=0,
    )  # fmt: skip


def new_source(key: str) -> Source:
    return Source(
        key=key, name=key.title(), url=f"https://{key}.example/", every_seconds=1_800,
        max_pages=100, reach_back_seconds=604_800, next_due_at=START, created_at=START,
    )  # fmt: skip


def add_article(session: Session, told: Told, *, sort_at: datetime) -> Article:
    article = _article_row(told, sort_at)
    if told.source is not None:
        session.flush()
        article.source_id = session.scalar(select(Source.id).where(Source.key == told.source))
    session.add(article)
    session.flush()
    write_terms(session, article.id, title=told.title, authors=told.authors, body=told.text)
    return article


def _article_row(told: Told, sort_at: datetime) -> Article:
    key = xxhash.xxh3_128_digest(repr((told, sort_at)).encode())
    return Article(
        url_key=key, url=f"https://{told.site}/{key.hex()[:8]}", site=told.site, title=told.title,
        authors=list(told.authors), published_at=sort_at, sort_at=sort_at, first_fetched_at=sort_at,
        fetched_at=sort_at + timedelta(minutes=5), language=told.language, section=told.section,
        tags=list(told.tags), text=told.text, word_count=len(told.text.split()), cleaner_version=1,
        blocks=[{"kind": "paragraph", "text": part, "level": 0} for part in told.text.split("\n")],
        content_hash=xxhash.xxh3_128_digest(told.text.encode()), profile_version=0,
    )  # fmt: skip
