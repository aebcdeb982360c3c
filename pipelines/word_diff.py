"""What two texts of one article differ in, in words."""

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

MAX_WORDS = 3_000
"""Of a changed passage; a longer one is shown as removed and added whole."""


def lost_share(old: str, new: str) -> float:
    """Of the old text's words, those that the new one has no more; 0 for an empty old text."""
    before, after = Counter(old.split()), Counter(new.split())
    total = before.total()
    return (before - after).total() / total if total else 0.0


def word_diff(old: str, new: str) -> str:
    """The changed passages: `[-removed-]` and `{+added+}`, one a line."""
    before, after = old.split("\n"), new.split("\n")
    lines = SequenceMatcher(a=before, b=after, autojunk=False)
    passages = [
        _passage("\n".join(before[a:b]), "\n".join(after[c:d]))
        for tag, a, b, c, d in lines.get_opcodes()
        if tag != "equal"
    ]
    return "\n".join(passages)


def _passage(old: str, new: str) -> str:
    before, after = old.split(), new.split()
    if not before or not after or len(before) + len(after) > MAX_WORDS:
        return " ".join(_marked(old, new))
    words = SequenceMatcher(a=before, b=after, autojunk=False)
    parts: list[str] = []
    for tag, a, b, c, d in words.get_opcodes():
        if tag == "equal":
            parts.append(_shortened(before[a:b]))
        else:
            parts += _marked(" ".join(before[a:b]), " ".join(after[c:d]))
    return " ".join(parts)


def _marked(old: str, new: str) -> Iterator[str]:
    if old:
        yield f"[-{old}-]"
    if new:
        yield f"{{+{new}+}}"


def _shortened(words: list[str]) -> str:
    """What stayed the same, with its middle left out."""
    return " ".join(words if len(words) <= 8 else [*words[:4], "…", *words[-4:]])  # noqa: PLR2004 - four on each side
