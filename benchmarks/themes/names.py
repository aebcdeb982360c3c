"""Class names as themes write them: with words, hashed, of utilities, or none at all."""

import random
from collections.abc import Callable
from zlib import crc32

Names = Callable[[str], str]
"""A role to its class attribute, with the space before it; empty for none."""

_UTILITIES = (
    "flex items-center mt-4 gap-2",
    "text-sm font-medium text-gray-700",
    "block rounded-lg p-4 shadow",
    "mx-auto max-w-2xl",
    "grid grid-cols-2 my-6",
    "inline-flex px-3 py-2",
)
_WORDS = {
    "box": "reader-tools",
    "ask": "reader-tools__question",
    "go": "btn btn--primary",
    "pager": "story-pager",
    "old": "story-pager__prev",
    "new": "story-pager__next",
    "card": "story-card",
    "label": "story-card__label",
    "title": "story-card__title",
    "body": "article-body",
    "head": "article-head",
}


def with_words(_: random.Random) -> Names:
    return lambda role: f' class="{_WORDS.get(role, role)}"'


def hashed(chance: random.Random) -> Names:
    salt = f"{chance.getrandbits(32):x}"
    return lambda role: f' class="css-{crc32((salt + role).encode()):08x}"'


def utilities(chance: random.Random) -> Names:
    start = chance.randrange(len(_UTILITIES))
    return lambda role: f' class="{_UTILITIES[(start + len(role)) % len(_UTILITIES)]}"'


def without(_: random.Random) -> Names:
    return lambda _role: ""


STYLES = {"words": with_words, "hashed": hashed, "utilities": utilities, "none": without}
