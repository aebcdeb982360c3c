import pytest

from tests.pipelines.extract.invented_pages import article, metadata_of

TITLE = "Bridge over the Lenn reopens"


def og(name: str, value: str) -> str:
    return f'<meta property="og:{name}" content="{value}">'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE}</title>", ""),
        ("", f"<h1>{TITLE}</h1>"),
        (og("title", TITLE), ""),
        (article(headline=TITLE), ""),
        (f"<title>{TITLE} | Valley Gazette</title>", ""),  # the host's name
        (f"<title>{TITLE} - The Lenn Post</title>" + og("site_name", "The Lenn Post"), ""),
        (f"<title>Lenn Post: {TITLE}</title>{og('title', TITLE)}", f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE} - News from here</title>{og('title', TITLE)}", ""),
        (og("title", TITLE), f"<h1><span>Traffic</span><span>{TITLE}</span></h1>"),
        (og("title", TITLE) + f"<title>{TITLE}</title>", "<h1>Sections</h1>"),
        (og("title", TITLE) + og("site_name", "Lenn Post"), "<h1>Lenn Post</h1>"),
        (article(headline=[TITLE, "b"]), ""),
        (article(headline={"@value": TITLE}), ""),
        (article(headline=f"<!-- x --><b>{TITLE}</b>"), ""),
        (article(headline="Bridge over the Lenn &amp;#114;eopens"), ""),
    ],
)
def test_the_headline_is_what_the_sources_agree_on(head: str, body: str) -> None:
    title = metadata_of(head=head, body=body).title
    assert title is not None
    assert title.replace("&#114;", "r") == TITLE


def test_two_sources_that_agree_win_over_the_h1() -> None:
    head = og("title", TITLE) + article(headline=TITLE)
    assert metadata_of(head=head, body="<h1>Bridge open at last</h1>").title == TITLE


def test_a_title_that_one_field_filled_twice_is_not_two_votes() -> None:
    copies = f"{og('title', TITLE)}<title>{TITLE}</title>"
    metadata = metadata_of(head=copies, body="<h1>Cars cross the Lenn again, at last</h1>")
    assert metadata.title == "Cars cross the Lenn again, at last"


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ("Lenn bridge reopens for cars", "Lenn bridge reopens for cars"),  # the editor's form
        ("Bridge over the Lenn is open: what you must know now", None),  # another story
        ("Bridge over the Lenn reopens in 2019", None),  # an old number
        ("", None),
    ],
)
def test_an_og_title_that_alone_words_it_otherwise_wins_if_it_says_the_same(
    shared: str, expected: str | None
) -> None:
    full = "Bridge over the Lenn reopens for cars after a year of works"
    head = og("title", shared) + article(headline=full) + f"<title>{full} | Valley Gazette</title>"
    found = metadata_of(head=head, body=f"<h1>{full}</h1>")
    assert found.title == (expected or full)
    evidence = next(one for one in found.evidence if one.field == "title")
    assert (evidence.source == "meta:og:title") == (expected is not None)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (f"Spring in the valley - {TITLE}", TITLE),
        (f"Spring - {TITLE}", TITLE),
        (f"Lenn valley traffic - {TITLE}", f"Lenn valley traffic - {TITLE}"),  # says the same
        ("Spring in the valley - reopens", "Spring in the valley - reopens"),
    ],
)
def test_a_headline_below_two_kickers_stands_alone(heading: str, expected: str) -> None:
    head = og("title", f"News of Lenn traffic: {TITLE}")
    assert metadata_of(head=head, body=f"<h1>{heading}</h1>").title == expected


def test_a_dash_inside_of_a_headline_stays() -> None:
    head = "<title>Lenn - a river between two towns</title>"
    assert metadata_of(head=head).title == "Lenn - a river between two towns"


def test_a_headline_that_speaks_of_what_the_host_is_named_after_stays_whole() -> None:
    head = "<title>Upset in the final - Chess legend retires</title>"
    url = "https://www.chess.example/news/upset"
    assert metadata_of(head=head, url=url).title == "Upset in the final - Chess legend retires"


def test_a_japanese_h1_is_known_by_its_characters() -> None:
    head = og("title", "橋が再開通、市長「うれしい」") + article(headline="橋が再開通、市長談")
    assert (
        metadata_of(head=head, body="<h1>橋が再開通、市長談話</h1>").title == "橋が再開通、市長談話"
    )


def test_the_title_of_the_feed_stands_in_where_the_page_has_none() -> None:
    metadata = metadata_of(link_title=TITLE)
    assert metadata.title == TITLE
    assert ("title", "feed") in {(row.field, row.source) for row in metadata.evidence}


def test_a_title_is_at_most_a_thousand_characters() -> None:
    title = metadata_of(head=f"<title>{'lenn ' * 100_000}</title>").title
    assert title is not None
    assert len(title) <= 1_000


@pytest.mark.parametrize("head", ["", "<title></title>", "<title> | - | </title>"])
def test_no_words_are_no_title(head: str) -> None:
    assert metadata_of(head=head).title is None
