import pytest

from tests.pipelines.extract.invented_pages import article, jsonld, metadata_of

PERSON = {"@type": "Person", "name": "Ada Nwosu"}


@pytest.mark.parametrize(
    "head",
    [
        article(author=PERSON),
        article(author=[PERSON, PERSON]),
        article(author="Ada Nwosu"),
        article(author={"@type": "Person", "name": ["Ada Nwosu"]}),
        article(author={"@type": "Person", "givenName": "Ada", "familyName": "Nwosu"}),
        article(author=[None, 42, {"name": 7}, [], "https://gazette.example/ada", PERSON]),
        jsonld(
            {
                "@graph": [
                    {"@type": "Article", "author": {"@id": "#ada"}},
                    {"@type": "Person", "@id": "#ada", "name": "Ada Nwosu"},
                ]
            }
        ),
        '<meta name="author" content="By Ada Nwosu">',
        '<meta property="article:author" content="https://social.example/a">'
        '<meta name="dc.creator" content="Nwosu, Ada">',
    ],
)
def test_structured_data_and_metas_name_the_author(head: str) -> None:
    assert metadata_of(head=head).authors == ("Ada Nwosu",)


@pytest.mark.parametrize(
    "body",
    [
        '<h1>T</h1><p class="byline">By Ada Nwosu</p>',
        '<h1>T</h1><a rel="author" href="/ada">Ada Nwosu</a>',
        '<span itemprop="author"><span itemprop="name">Ada Nwosu</span></span>',
        '<div class="article-author"><a href="/ada">Ada Nwosu</a> Editor</div>',
        '<p class="byline">By <a href="/ada">Ada Nwosu</a>, 5 March 2024</p>'
        '<p class="byline">By Kim Osei</p>',  # of the next teaser
        '<div class="comment-author">troll</div><div class="author">Ada Nwosu</div>',
    ],
)
def test_a_byline_names_the_author_where_nothing_else_does(body: str) -> None:
    assert metadata_of(body=body).authors == ("Ada Nwosu",)


def test_the_site_as_its_own_author_yields_to_a_person() -> None:
    head = article(author="Lenn Post") + '<meta property="og:site_name" content="Lenn Post">'
    body = '<p class="byline">By Ada Nwosu</p>'
    assert metadata_of(head=head, body=body).authors == ("Ada Nwosu",)
    assert metadata_of(head=head).authors == ("Lenn Post",)


def test_at_most_fifty_authors_of_a_hundred_thousand() -> None:
    persons = [{"@type": "Person", "name": f"Ada Nwosu{number}"} for number in range(100_000)]
    authors = metadata_of(head=article(headline="T", author=persons)).authors
    assert len(authors) == 50
    assert authors[0] == "Ada Nwosu0"


def test_seventeen_kilobytes_of_brackets_are_no_author() -> None:
    metadata = metadata_of(
        head=f'<title>Bridge</title><meta name="author" content="{"(" * 17_000}">'
    )
    assert metadata.authors == ()
    assert metadata.title == "Bridge"
