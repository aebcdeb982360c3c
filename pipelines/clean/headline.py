"""The headline repeated as the first lines, and what stands above it."""

import re

from pipelines.clean.draft import Draft, Verdict, words_in
from pipelines.letters import text_key

MAX_QUOTED = 80
MAX_POSITION = 4
"""A repeated headline stands among the first so many blocks."""

MIN_WORDS = 2
"""Of a headline: one word may be a subheading of its own."""

# What separates a headline from a site's name in a <title>.
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022:-]\s+")


def cut_headline(draft: Draft) -> Draft:
    """Cut an opening block that says the title or the h1 again, and the kicker above it."""
    keys = _headline_keys(draft)
    first = draft.kept()[:MAX_POSITION]
    repeats = [index for index in first if text_key(draft.blocks[index].text) in keys]
    found = {index: _repeat(draft, index) for index in repeats}
    if repeats:
        above = [i for i in first if i < repeats[0] and not draft.is_prose(i)]
        found |= {index: _above(draft, index) for index in above}
    return draft.with_verdicts(found)


def _headline_keys(draft: Draft) -> set[str]:
    titles = [draft.metadata.title or "", *draft.headings[:1]]
    titles += [_SEPARATOR.split(title)[0] for title in titles]
    return {text_key(title) for title in titles if words_in(title) >= MIN_WORDS}


def _repeat(draft: Draft, index: int) -> Verdict:
    title = draft.metadata.title or draft.blocks[index].text
    return Verdict(
        rule="headline_repeated",
        reason=f"The block says the headline “{_clip(title)}” again.",
        is_proven=True,
    )


def _above(draft: Draft, index: int) -> Verdict:
    return Verdict(
        rule="above_headline",
        reason=f"“{_clip(draft.blocks[index].text)}” stands above the repeated headline.",
    )


def _clip(text: str) -> str:
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"
