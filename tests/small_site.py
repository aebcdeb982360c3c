"""An invented site whose articles carry the same prompt, stored as a crawl stores them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.process import process
from pipelines.profile_counting import refresh, refresh_all
from pipelines.records import FetchedPage
from pipelines.store import store_result
from pipelines.stored_profiles import read_profile
from pipelines.urls import site_of
from tests.storing import NOW, add_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.session import Database

HOST = "https://www.harbour.example"
PROMPT = "Readers who value our independent work can support it with a small gift every month."
NOUNS = [
    "ferry",
    "crane",
    "pier",
    "clerk",
    "storm",
    "boat",
    "letter",
    "drawer",
    "island",
    "market",
    "bridge",
    "tower",
]


def story_url(n: int, host: str = HOST) -> str:
    return f"{host}/2026/03/story-about-number-{n}"


def paragraphs(n: int) -> list[str]:
    """Of one story; no two stories share any."""
    return [
        f"On day {part} of the affair of the {NOUNS[(n + part) % len(NOUNS)]} the office counted "
        f"{n * 31 + part} letters, put {n + 2} of them aside and told whoever asked in room "
        f"{n}{part} that nothing had happened since breakfast."
        for part in range(1, 6)
    ]


def story_html(n: int, prompt: str = PROMPT) -> str:
    first, *others = (f"<p>{text}</p>" for text in paragraphs(n))
    body = "".join([first, f"<p>{prompt}</p>", *others])
    return (
        f'<!doctype html><html lang="en"><head><title>The affair number {n}</title></head>'
        f"<body><main><article><h1>The affair number {n}</h1>{body}</article></main></body></html>"
    )


def fetched_story(n: int, *, host: str = HOST, prompt: str = PROMPT) -> FetchedPage:
    url = story_url(n, host)
    return FetchedPage(
        request_url=url,
        url=url,
        body=story_html(n, prompt).encode(),
        content_type="text/html; charset=utf-8",
        fetched_at=NOW + timedelta(minutes=n),
    )


def crawl(database: Database, pages: Iterable[FetchedPage]) -> None:
    """Clean each page with its site's profile as it is then, store it, let it teach."""
    for page in pages:
        with database.write() as session:
            profile = read_profile(session, site_of(page.url))
            result = process(page, profile=profile)
            page_id = add_page(session, page.request_url)
            stored = store_result(session, result, page_id=page_id, fetched=page)
            if stored.profile_due:
                refresh(session, stored.profile_due)
    with database.write() as session:
        refresh_all(session)


def crawl_blindly(database: Database, pages: Iterable[FetchedPage]) -> None:
    """Store each page cleaned without a profile; what they teach is counted at the end."""
    with database.write() as session:
        for page in pages:
            page_id = add_page(session, page.request_url)
            store_result(session, process(page), page_id=page_id, fetched=page)
        refresh_all(session)
