"""Byline and date lines above the text."""

import re
from datetime import datetime

from pipelines.clean.draft import Draft, Verdict, ends_sentence, words_in
from pipelines.letters import text_key

MAX_BYLINE_WORDS = 14
MAX_BYLINE_REST = 5
"""Words of a byline beside the names: `By`, a role, a place."""

MIN_NAME_CHARACTERS = 4
MAX_DATE_WORDS = 14
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")


def cut_bylines(draft: Draft) -> Draft:
    """Cut opening lines that name the article's authors and say little else."""
    found: dict[int, Verdict] = {}
    for index in draft.opening():
        text = draft.blocks[index].text
        if (author := _author_named(draft, text)) is not None:
            reason = f"A short line before the text that names the author {author}."
            found[index] = Verdict(rule="byline", reason=reason)
    return draft.with_verdicts(found)


def cut_date_lines(draft: Draft) -> Draft:
    """Cut opening lines that say the article's own date and little else."""
    metadata = draft.metadata
    moments = [m for m in (metadata.published_at, metadata.modified_at) if m is not None]
    found: dict[int, Verdict] = {}
    for index in draft.opening():
        text = draft.blocks[index].text
        moment = next((m for m in moments if _says_date(text, m)), None)
        if moment is not None:
            reason = f"A short line before the text that gives its date, {moment:%Y-%m-%d}."
            found[index] = Verdict(rule="date_line", reason=reason)
    return draft.with_verdicts(found)


def _author_named(draft: Draft, text: str) -> str | None:
    if words_in(text) > MAX_BYLINE_WORDS or ends_sentence(text):
        return None
    key = text_key(text)
    named = [
        name
        for name in draft.metadata.authors
        if len(name) >= MIN_NAME_CHARACTERS and text_key(name) in key
    ]
    if not named:
        return None
    rest = words_in(text) - sum(words_in(name) for name in named)
    return ", ".join(named) if rest - len(_NUMBER.findall(text)) <= MAX_BYLINE_REST else None


def _says_date(text: str, moment: datetime) -> bool:
    if words_in(text) > MAX_DATE_WORDS or ends_sentence(text):
        return False
    numbers = {int(number) for number in _NUMBER.findall(text) if len(number) <= len("2026")}
    days = {moment.day - 1, moment.day, moment.day + 1}  # the page writes local time
    return moment.year in numbers and not days.isdisjoint(numbers)
