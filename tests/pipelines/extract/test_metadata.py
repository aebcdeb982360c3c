from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import tostring

from pipelines.extract import publication, sources
from pipelines.extract.dates import Moment
from pipelines.extract.metadata import read_metadata
from pipelines.records import Metadata
from tests.pipelines.extract.invented_pages import (
    FETCHED_AT,
    article,
    fetched,
    jsonld,
    metadata_of,
    tree_of,
)

FULL_HEAD = (
    "<title>Bridge reopens - Valley Gazette</title>"
    '<link rel="canonical" href="/news/bridge?utm_source=x">'
    '<meta property="og:image" content="//img.gazette.example/b.jpg">'
    '<meta property="og:site_name" content="Valley Gazette">'
    '<meta name="description" content="After  two years, cars cross the Lenn &amp;amp; back.">'
    '<meta name="keywords" content="bridge, Lenn, bridge">'
    + article(
        headline="Bridge reopens",
        author={"@type": "Person", "name": "Ada Nwosu"},
        datePublished="2026-02-27T10:00:00+01:00",
        dateModified="2026-02-28T10:00:00+01:00",
        inLanguage="en-GB",
        articleSection="Local",
        isAccessibleForFree="False",
    )
)


def test_every_field_comes_with_its_evidence() -> None:
    metadata = metadata_of(head=FULL_HEAD)
    assert metadata.title == "Bridge reopens"
    assert metadata.authors == ("Ada Nwosu",)
    assert metadata.published_at == datetime(2026, 2, 27, 9, tzinfo=UTC)
    assert metadata.published_offset_minutes == 60
    assert metadata.modified_at == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert metadata.modified_offset_minutes == 60
    assert metadata.language == "en"
    assert metadata.section == "Local"
    assert metadata.tags == ("bridge", "Lenn")
    assert metadata.image_url == "https://img.gazette.example/b.jpg"
    assert metadata.site_name == "Valley Gazette"
    assert metadata.description == "After two years, cars cross the Lenn & back."
    assert metadata.paywalled is True
    canonical = "https://www.valley-gazette.example/news/bridge?utm_source=x"
    assert metadata.canonical_url == canonical
    fields = {row.field for row in metadata.evidence}
    assert len(fields) == len(metadata.evidence) == 12


def test_an_empty_page_says_nothing() -> None:
    assert metadata_of(head="", body="") == Metadata()


def test_the_tree_is_left_as_it_was() -> None:
    tree = tree_of(f"<html><head>{FULL_HEAD}</head><body><p class=date>5.3.24</p></body></html>")
    before = tostring(tree)
    read_metadata(tree, page=fetched())
    assert tostring(tree) == before


# One bad value of each kind that was seen; none may cost the title or the language.
BAD_VALUES: list[object] = [
    float("nan"),
    float("inf"),
    True,
    -1,
    10**400,
    "",
    " ",
    "\x00\x01",
    "\u202eabc\u202c",
    "<!--",
    "(" * 17_000,
    '"author"' * 5_000,
    [],
    {},
    [[[[]]]],
    [None, 1, {}, [{}]],
    {"@id": "#nothing"},
    {"@value": {"@value": 1}},
    {"name": {"name": {"name": "x"}}},
    ["0001-01-01", "9999-12-31T23:59:59-12:00", "2024-02-30"],
    "2024-05-05T10:00:00+24:00",
    "2567-05-05",
    "1445-08-24",
    ["2024-13-45"] * 2_000,
    "http://[",
    "javascript:alert(1)",
    "https://gazette.example:port/",
]
FIELDS = [
    "author",
    "datePublished",
    "dateModified",
    "image",
    "articleSection",
    "keywords",
    "isAccessibleForFree",
    "hasPart",
    "publisher",
    "description",
    "mainEntityOfPage",
    "@graph",
    "@id",
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", BAD_VALUES, ids=lambda value: str(value)[:20] or "empty")
def test_a_bad_value_costs_no_other_field(field: str, value: object) -> None:
    head = article(**{"headline": "Bridge reopens", "inLanguage": "en", field: value})
    metadata = metadata_of(head=head)
    assert metadata.title == "Bridge reopens"
    assert metadata.language == "en"
    assert_promises_hold(metadata)


@pytest.mark.parametrize(
    "name", ["author", "article:published_time", "og:image", "og:url", "keywords", "og:locale"]
)
@pytest.mark.parametrize(
    "value", ["(" * 17_000, "2024-05-05T10:00:00+24:00", "http://[", "\u202e", "9" * 5_000, "//"]
)
def test_a_bad_meta_costs_no_other_field(name: str, value: str) -> None:
    head = f'<title>Bridge reopens</title><meta property="{name}" content="{value}">'
    metadata = metadata_of(head=head)
    assert metadata.title == "Bridge reopens"
    assert_promises_hold(metadata)


def test_an_impossible_time_zone_costs_the_zone_only() -> None:
    head = '<meta property="article:published_time" content="2024-05-05T10:00:00+24:00">'
    assert metadata_of(head=head).published_at == datetime(2024, 5, 5, 10, tzinfo=UTC)


def test_a_bad_date_yields_to_the_next_source() -> None:
    head = article(datePublished="9999-12-31") + '<meta name="date" content="2024-05-05">'
    metadata = metadata_of(head=head)
    assert metadata.published_at == datetime(2024, 5, 5, tzinfo=UTC)
    assert sources_of(metadata)["published_at"] == "meta:date"


def sources_of(metadata: Metadata) -> dict[str, str]:
    return {row.field: row.source for row in metadata.evidence}


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ('<h1>T</h1><time datetime="2024-05-05T10:00">today</time>', "time"),
        ("<h1>T</h1><div><p>Lenn, 5 May 2024</p></div>", "near h1"),
        ("<p class='date'>05.05.2024</p>", "date line"),
        ("<p class='x'>Lenn and hills, 2024-05-05</p>", "htmldate"),
        ('<span itemprop="datePublished" content="2024-05-05"></span>', "microdata:datePublished"),
    ],
)
def test_a_visible_date_is_read_where_none_is_declared(body: str, source: str) -> None:
    metadata = metadata_of(body=body)
    assert metadata.published_at is not None
    assert metadata.published_at.date().isoformat() == "2024-05-05"
    assert sources_of(metadata)["published_at"] == source


def test_the_feed_dates_a_page_that_declares_nothing() -> None:
    said = datetime(2026, 2, 1, 8, tzinfo=UTC)
    metadata = metadata_of(body="<h1>T</h1><p>5 May 2024</p>", link_published_at=said)
    assert metadata.published_at == said


def test_the_url_dates_a_page_that_shows_nothing() -> None:
    metadata = metadata_of(url="https://gazette.example/2024/05/05/bridge")
    assert metadata.published_at == datetime(2024, 5, 5, tzinfo=UTC)


def test_a_date_beside_a_byline_is_the_article_s_wherever_the_headline_is() -> None:
    card = "<div><span class='card-date'>May {}, 2024</span></div>"
    own = "<div><p class='author-name'>Ada Nwosu</p><p class='card-date'>May 5, 2024</p></div>"
    body = f"{card.format(1)}{own}<h1>Bridge reopens</h1>{'<p>Text.</p>' * 200}{card.format(9)}"
    assert metadata_of(body=body).published_at == datetime(2024, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "May 5, 2024",
        "Published on 5 May 2024",
        "05.05.2024 | 10:30",
        "2024-05-05",
        "\u2022 5 de mayo de 2024",
    ],
)
def test_the_first_line_that_is_a_date_alone_dates_a_page_without_marks(line: str) -> None:
    text = "<p>The bridge of 12 March 1911 was the third one.</p>"
    body = f"<h1>Bridge</h1>{'<p>Text.</p>' * 200}{text}<p>{line}</p><p>7 May 2024</p>"
    metadata = metadata_of(body=body)
    assert metadata.published_at is not None
    assert metadata.published_at.date() == date(2024, 5, 5)


def test_a_page_drawn_by_scripts_is_dated_by_their_data() -> None:
    data = r'self.push([1,"{\"id\":7,\"publishedAt\":\"2024-05-05T23:30:00-05:00\"}"])'
    page = f"<h1>Bridge</h1><script>{data}</script>"
    metadata = read_metadata(tree_of("<h1>Bridge</h1>"), page=fetched(body=page.encode()))
    assert metadata.published_at == datetime(2024, 5, 6, 4, 30, tzinfo=UTC)
    assert metadata.published_offset_minutes == -300


def test_a_change_before_publication_is_not_believed() -> None:
    head = article(datePublished="2024-05-05", dateModified="2024-05-04")
    assert metadata_of(head=head).modified_at is None


def test_of_thousands_of_dates_fifty_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    parse_date = publication.parse_date

    def counted(text: str, *, fetched_at: datetime) -> Moment | None:
        calls["parse_date"] += 1
        return parse_date(text, fetched_at=fetched_at)

    monkeypatch.setattr(publication, "parse_date", counted)
    bad = "<time datetime='2024-13-45'>x</time><p class='date'>99.99.2024</p>" * 5_000
    head = article(datePublished=["2024-02-30"] * 5_000)
    assert metadata_of(head=head, body=f"<h1>T</h1>{bad}").published_at is None
    assert calls["parse_date"] <= 3 * publication.MAX_CANDIDATES


def test_what_is_gathered_is_bounded() -> None:
    noise = (
        '<meta name="author" content="A"><link rel="x" href="y"><h1>h</h1><time>t</time>'
        '<p class="byline">b</p><p class="date">d</p>'
        '<script type="application/ld+json">{}</script>'
    )
    found = sources.gather(tree_of("<html><body>" + noise * 2_000))
    assert len(found.metas["author"]) == sources.MAX_VALUES_PER_NAME
    assert len(found.links["x"]) == sources.MAX_VALUES_PER_NAME
    assert len(found.headings) == sources.MAX_HEADINGS
    assert len(found.times) == sources.MAX_TIMES
    assert len(found.bylines) == sources.MAX_BYLINES
    assert len(found.date_lines) == sources.MAX_DATE_LINES
    assert len(found.jsonld) == sources.MAX_JSONLD_BLOCKS


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (article(isAccessibleForFree=False), True),
        (article(isAccessibleForFree="False"), True),
        (article(isAccessibleForFree="https://schema.org/False"), True),
        (article(isAccessibleForFree=0), True),
        (article(isAccessibleForFree=True), False),
        (article(isAccessibleForFree="true"), False),
        (article(hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False"}), True),
        (article(isAccessibleForFree=True, hasPart=[{"isAccessibleForFree": False}]), True),
        ('<meta property="article:content_tier" content="locked">', True),
        (article(isAccessibleForFree="perhaps"), None),
        (article(isAccessibleForFree=float("nan")), None),
        ("", None),
    ],
)
def test_a_page_says_whether_it_is_free(head: str, paywalled: bool | None) -> None:
    assert metadata_of(head=head).paywalled is paywalled


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "http://[", "data:,x", "", "x" * 5_000]
)
def test_only_web_addresses_are_links(href: str) -> None:
    head = f'<link rel="canonical" href="{href}"><meta property="og:image" content="{href}">'
    metadata = metadata_of(head=head)
    assert metadata.canonical_url is None
    assert metadata.image_url is None
    assert metadata.image_caption is None


def test_a_base_element_makes_links_absolute() -> None:
    head = '<base href="https://cdn.example/a/"><meta property="og:image" content="b.jpg">'
    assert metadata_of(head=head).image_url == "https://cdn.example/a/b.jpg"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from([*FIELDS, "@type", "headline", "name", "url"]), inner),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_ld_keeps_every_promise(value: object) -> None:
    assert_promises_hold(metadata_of(head=jsonld(value)))
    assert_promises_hold(metadata_of(head=article(author=value, datePublished=value, image=value)))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["date", "og:locale", "og:image", "keywords", "author", "og:title", "og:url"]),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
)
def test_any_meta_keeps_every_promise(name: str, value: str) -> None:
    content = value.replace('"', "&quot;")
    assert_promises_hold(metadata_of(head=f'<meta property="{name}" content="{content}">'))


def assert_promises_hold(metadata: Metadata) -> None:
    """What `Metadata` says of its fields."""
    texts = [metadata.title, metadata.section, metadata.site_name, metadata.description]
    texts += [*metadata.authors, *metadata.tags, *(row.raw for row in metadata.evidence)]
    assert all(is_clean(text) for text in texts if text is not None)
    assert len(metadata.title or "") <= 1_000
    assert len(metadata.description or "") <= 2_000
    assert len(metadata.authors) <= 50
    assert len(metadata.tags) <= 50
    assert len(set(metadata.tags)) == len(metadata.tags)
    for moment in (metadata.published_at, metadata.modified_at):
        assert moment is None or is_believable(moment)
    if metadata.published_at and metadata.modified_at:
        assert metadata.published_at <= metadata.modified_at
    for url in (metadata.image_url, metadata.canonical_url):
        assert url is None or urlsplit(url).scheme in {"http", "https"}
    fields = [row.field for row in metadata.evidence]
    assert len(set(fields)) == len(fields)
    assert set(fields) <= set(Metadata.__slots__)
    assert all(len(row.raw) <= 200 for row in metadata.evidence)


def is_clean(text: str) -> bool:
    text.encode()  # no lone surrogates
    return not any(character < " " or "\u202a" <= character <= "\u202e" for character in text)


def is_believable(moment: datetime) -> bool:
    return moment.tzinfo is UTC and datetime(
        1990, 1, 1, tzinfo=UTC
    ) <= moment <= FETCHED_AT + timedelta(days=1)
