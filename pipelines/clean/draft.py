"""An article while it is cleaned: every extracted block, and the verdict on those that go."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipelines.clean.places import Place
from pipelines.clean.runs import Run
from pipelines.fingerprint import count_words
from pipelines.letters import count_latin_words
from pipelines.records import Block, BlockKind, Cut, Metadata

MAX_CUT_WORDS = 30
"""A longer block is never cut unless the rule shows it as a repeat or as nothing but links."""

MAX_CUT_SHARE = 1 / 3
"""Of an article's words that all rules together may cut; a rule that would go beyond is off."""

MIN_PROSE_WORDS = 8
LONG_PROSE_WORDS = 20
"""A block of so many words is text even without a full stop at its end."""

MAX_PROSE_LINK_SHARE = 0.5
"""Of a sentence that may be linked; beyond it is a teaser that happens to be one."""

BLOCK_MODEL = "block_model"
"""The rule of blocks that the learned classifier cut before any step."""

RULE = "rule"
"""The rule of blocks that a person's rules cut."""

BEFORE_STEPS = frozenset({BLOCK_MODEL, RULE})
"""Rules whose cuts stand before any step; the general rules see what they left."""

MAX_EDGE_BLOCKS = 12
"""How far from its start or end an article's edge may reach."""

# ASCII; ellipsis; Chinese and Japanese, halfwidth and fullwidth; Devanagari; Ethiopic; Armenian.
_SENTENCE_ENDS = tuple(".!\u2026\u3002\uff0e\uff61\uff01\u0964\u1362\u0589")
_CLOSING = "'\"\u201d\u2019\xbb\u203a)]\u300d\u300f"
"""What may stand after the end of a sentence: quotes and brackets."""

_HEADING = BlockKind.HEADING  # to reach a member costs more than to compare it
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why one block is cut."""

    rule: str
    reason: str
    """A sentence for a person, with the evidence."""
    is_proven: bool = False
    """The evidence is a repeat, or that every word is a link: length does not matter."""
    has_own_limits: bool = False
    """By the block model, the site's profile or a person, or as a copy of what stays: it does not
    count towards MAX_CUT_SHARE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An extracted article with the verdicts so far. Blocks are never added, moved or changed."""

    metadata: Metadata
    blocks: tuple[Block, ...]
    places: tuple[Place | None, ...]
    """One for each block. None: its text was not found in the DOM."""
    runs: tuple[Run, ...]
    """The page's lines of text, for what stands beside a block."""
    headings: tuple[str, ...]
    """Texts of the page's h1 elements."""
    verdicts: Mapping[int, Verdict]
    """By index of the block; a block without one is kept."""
    protected: frozenset[int] = frozenset()
    """Indices of blocks that a person decided to keep."""
    ruled: Mapping[int, Verdict] = field(default_factory=dict)
    """What a person's rules cut, by index; in force once the page's kind is known."""
    flag: str | None = None
    """Which rules were not obeyed and why, a sentence. None: all were."""

    def kept(self) -> list[int]:
        """Indices of the blocks still kept, in page order."""
        return [index for index in range(len(self.blocks)) if index not in self.verdicts]

    def opening(self) -> list[int]:
        """Kept blocks before the first paragraph of prose; empty if there is no prose."""
        return self._edge(range(len(self.blocks)))

    def ending(self) -> list[int]:
        """Kept blocks after the last paragraph of prose, from the end backwards."""
        return self._edge(range(len(self.blocks) - 1, -1, -1))

    def with_verdicts(self, found: Mapping[int, Verdict]) -> "Draft":
        """The draft with these cuts too; without all of them if they are too much of the text."""
        allowed = {i: verdict for i, verdict in found.items() if self._may_cut(i, verdict)}
        if not allowed:
            return self
        verdicts = {**allowed, **self.verdicts}
        general = {i for i, verdict in verdicts.items() if not verdict.has_own_limits}
        article = set(range(len(self.blocks))) - (verdicts.keys() - general)
        total = sum(words_in(self.blocks[index].text) for index in article)
        cut = sum(words_in(self.blocks[index].text) for index in general)
        return replace(self, verdicts=verdicts) if cut <= MAX_CUT_SHARE * total else self

    def kept_blocks(self) -> tuple[Block, ...]:
        """The clean article."""
        return tuple(self.blocks[index] for index in self.kept())

    def cuts(self) -> Iterator[Cut]:
        """What was taken away, in page order."""
        position = 0
        for index, block in enumerate(self.blocks):
            if (verdict := self.verdicts.get(index)) is None:
                position += 1
            else:
                yield Cut(position=position, block=block, rule=verdict.rule, reason=verdict.reason)

    def is_prose(self, index: int) -> bool:
        """Whether a block is running text: a sentence of some length, not mostly linked."""
        block, place = self.blocks[index], self.places[index]
        if block.kind is _HEADING or (
            place is not None and place.link_share > MAX_PROSE_LINK_SHARE
        ):
            return False
        return reads_as_prose(block.text)

    def run_after(self, index: int) -> Run | None:
        """The line that follows a block in the page, extracted or not."""
        place = self.places[index]
        return None if place is None else self._run(place.last_run + 1)

    def run_before(self, index: int) -> Run | None:
        """The line before a block in the page, extracted or not."""
        place = self.places[index]
        return None if place is None else self._run(place.first_run - 1)

    def _run(self, position: int) -> Run | None:
        return self.runs[position] if 0 <= position < len(self.runs) else None

    def _edge(self, indices: range) -> list[int]:
        edge: list[int] = []
        for index in indices:
            if index in self.verdicts:
                continue
            if self.is_prose(index):
                return edge[:MAX_EDGE_BLOCKS]
            edge.append(index)
        return []

    def _may_cut(self, index: int, verdict: Verdict) -> bool:
        if index in self.protected:
            return False
        return verdict.is_proven or words_in(self.blocks[index].text) <= MAX_CUT_WORDS


@lru_cache(maxsize=1_024)  # every step asks it of the same blocks
def words_in(text: str) -> int:
    """Words, where two characters of Han or kana weigh as much as one word."""
    words = count_latin_words(text)  # of most texts; there is no Han or kana in it
    return count_words(text) - len(UNSPACED.findall(text)) // 2 if words is None else words


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a statement does, in any script; a question does not."""
    return text.removesuffix("\n").rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def reads_as_prose(text: str) -> bool:
    """Whether a text is long enough to be a sentence and ends as one, or is longer than labels."""
    words = words_in(text)
    return words >= LONG_PROSE_WORDS or (words >= MIN_PROSE_WORDS and ends_sentence(text))
