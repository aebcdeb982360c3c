import pytest

from tests.pipelines.extract.invented_pages import article, metadata_of

OG_IMAGE = (
    '<meta property="og:image" content="https://img.example/2026/ferry-harrowby-1200x630.jpg">'
)
FIGURE = (
    '<figure><a href="#"><img srcset="/small/ferry-harrowby-300x200.jpg 1x" src="{src}"></a>'
    "<div><figcaption>{text}</figcaption></div></figure>"
)
SHOWN = FIGURE.format(src="/2026/ferry-harrowby.jpg", text="The ferry  leaves <b>Harrowby</b>.")
ALT = '<meta property="og:image:alt" content="A white ferry between two piers">'


def said_in(picture: object) -> str:
    return article(headline="The ferry sails again", image=picture)


def test_the_caption_of_structured_data_is_taken_first() -> None:
    picture = {"@type": "ImageObject", "url": "/a/ferry-harrowby.jpg", "caption": "On its way."}
    metadata = metadata_of(head=OG_IMAGE + ALT + said_in(picture), body=SHOWN)
    assert metadata.image_caption == "On its way."
    evidence = {each.field: each.source for each in metadata.evidence}
    assert evidence["image_caption"] == "json-ld:image.caption"


def test_a_figure_that_shows_the_picture_in_another_size_gives_its_caption() -> None:
    other = FIGURE.format(src="/2026/mayor.jpg", text="The mayor at her desk.")
    other = other.replace("ferry-harrowby-300x200", "mayor-300x200")
    metadata = metadata_of(head=OG_IMAGE + ALT, body=other + SHOWN)
    assert metadata.image_caption == "The ferry leaves Harrowby."


def test_a_picture_that_is_loaded_late_may_keep_its_address_under_any_name() -> None:
    late = SHOWN.replace("srcset=", "data-late-set=").replace("src=", "data-late=")
    metadata = metadata_of(head=OG_IMAGE + ALT, body=late)
    assert metadata.image_caption == "The ferry leaves Harrowby."


def test_the_alternative_text_stands_in_for_a_caption() -> None:
    assert metadata_of(head=OG_IMAGE + ALT).image_caption == "A white ferry between two piers"


def test_a_caption_without_spaces_is_one_where_nobody_writes_them() -> None:
    alt = '<meta property="og:image:alt" content="港を出る白い船">'
    assert metadata_of(head=OG_IMAGE + alt).image_caption == "港を出る白い船"


@pytest.mark.parametrize(
    "head",
    [
        ALT,  # of no picture
        OG_IMAGE,
        OG_IMAGE + '<meta property="og:image:alt" content="The ferry sails again!">',
        OG_IMAGE + '<meta property="og:image:alt" content="Photo">',
        OG_IMAGE + '<meta property="og:image:alt" content="IMG-2026-11-03.JPG">',
        OG_IMAGE + said_in({"url": "/another-picture.jpg", "caption": "Quite another picture."}),
        OG_IMAGE + said_in({"url": "http://[", "caption": ["of", "no", "type"]}),
    ],
)
def test_what_says_nothing_about_the_picture_is_no_caption(head: str) -> None:
    body = "<h1>The ferry sails again</h1>" + FIGURE.format(src="a.jpg", text="A beach.").replace(
        "ferry-harrowby", "beach"
    )
    assert metadata_of(head=head + said_in(None), body=body).image_caption is None
