from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean.copies import MIN_COPY_WORDS, MIN_LEFT_WORDS, cut_copies
from pipelines.clean.draft import Draft, words_in
from pipelines.letters import text_key
from pipelines.records import Block, BlockKind, Metadata
from tests.pipelines.prompt_pages import PARAGRAPHS

TEXT = (*PARAGRAPHS["en"], *PARAGRAPHS["de"])
PLACEHOLDER = "Your settings keep this content of another provider from being shown here."


def draft_of(*texts: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Draft:
    return Draft(
        metadata=Metadata(title="Ferry returns to the estuary"),
        blocks=tuple(Block(kind=kind, text=text) for text in texts),
        places=(None,) * len(texts),
        runs=(),
        headings=(),
        verdicts={},
    )


def left(draft: Draft) -> list[str]:
    return [block.text for block in cut_copies(draft).kept_blocks()]


def test_the_invented_text_is_long_enough_to_say_something() -> None:
    assert sum(map(words_in, TEXT)) >= MIN_LEFT_WORDS
    assert words_in(PLACEHOLDER) >= MIN_COPY_WORDS


def test_what_stands_between_all_paragraphs_stays_once() -> None:
    cleaned = cut_copies(draft_of(*(text for it in TEXT for text in (it, PLACEHOLDER))))
    assert [it.text for it in cleaned.kept_blocks()] == [TEXT[0], PLACEHOLDER, *TEXT[1:]]
    assert {cut.rule for cut in cleaned.cuts()} == {"said_before"}
    assert PLACEHOLDER[:60] in next(cleaned.cuts()).reason


def test_a_label_goes_with_the_copies_that_it_stands_above() -> None:
    embedded = [text for it in TEXT for text in (it, "Not available", PLACEHOLDER)]
    assert left(draft_of(*embedded)) == [TEXT[0], "Not available", PLACEHOLDER, *TEXT[1:]]


def test_a_short_line_that_stands_above_other_texts_stays() -> None:
    asked = [text for it in TEXT for text in ("What then?", it)]
    assert left(draft_of(*asked, PLACEHOLDER, PLACEHOLDER)) == [*asked, PLACEHOLDER]


def test_of_a_text_that_is_there_three_times_one_stays() -> None:
    assert left(draft_of(*TEXT, *TEXT, *TEXT)) == list(TEXT)


def test_of_a_text_in_one_piece_and_in_paragraphs_the_paragraphs_stay() -> None:
    cleaned = cut_copies(draft_of(" ".join(TEXT), *TEXT))
    assert [it.text for it in cleaned.kept_blocks()] == list(TEXT)
    assert [cut.rule for cut in cleaned.cuts()] == ["said_in_parts"]


def test_a_summary_made_of_some_paragraphs_stays() -> None:
    summary = " ".join(TEXT[:3])
    assert left(draft_of(summary, *TEXT)) == [summary, *TEXT]


def test_a_block_that_says_more_than_the_others_is_not_cut_for_what_they_share() -> None:
    more = " ".join(f"On day {n} the clerk counted the boats again." for n in range(30))
    whole = " ".join([*TEXT, more])
    assert left(draft_of(whole, *TEXT)) == [whole, *TEXT]


def test_filler_that_is_all_there_is_stays_as_often_as_it_is_there() -> None:
    assert left(draft_of(*[TEXT[0]] * 4)) == [TEXT[0]] * 4


def test_short_answers_and_lines_of_code_may_be_there_twice() -> None:
    short = "Not that I know of."
    assert left(draft_of(*TEXT, short, TEXT[0][:40], short)).count(short) == 2
    assert len(left(draft_of(*TEXT, *TEXT, kind=BlockKind.CODE))) == 2 * len(TEXT)


@given(st.lists(st.sampled_from([*TEXT, PLACEHOLDER, "Yes.", " ".join(TEXT[:4])]), max_size=30))
def test_nothing_is_lost_that_was_said(texts: list[str]) -> None:
    said = "".join(map(text_key, left(draft_of(*texts))))
    assert all(text_key(text) in said for text in set(texts))
