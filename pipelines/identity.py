"""Which article a fetched page is: by the canonical link where believed, else by its URL."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from pipelines.copies import is_copy_address
from pipelines.urls import (
    REMEMBERED,
    article_url,
    believable_canonical,
    fetch_key,
    key_hash,
    url_key,
)


class Address(IntEnum):
    """How a page stands to an article; the text of a higher one is preferred."""

    COPY = 0
    """Its AMP, mobile or print form."""
    CLAIMING = 1
    """Another page whose canonical link names the article."""
    OWN = 2
    """The article's own address, tracking parameters and the like aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The keys under which a page's article may stand."""

    url: str
    """Where the page answered."""
    own_key: bytes
    """Of that URL, by the rules."""
    exact_key: bytes
    """Of that URL, letter by letter: for an article whose own key another one has."""
    claimed_url: str | None
    """The canonical link, if it is believable. None: there is none."""
    claimed_key: bytes | None

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Those to look for, distinct."""
        found = (self.exact_key, self.claimed_key, self.own_key)
        return tuple(dict.fromkeys(key for key in found if key is not None))

    @property
    def claims_another(self) -> bool:
        """Whether the page says that it is another page's article."""
        return self.claimed_key not in {None, self.own_key}


@lru_cache(maxsize=REMEMBERED)
def identity_of(url: str, canonical_url: str | None = None) -> Identity:
    """The identity of a page that answered at `url` and claims `canonical_url`."""
    claimed = believable_canonical(url, canonical_url)
    return Identity(
        url=url,
        own_key=url_key(url),
        exact_key=exact_key(url),
        claimed_url=claimed,
        claimed_key=url_key(claimed) if claimed else None,
    )


def exact_key(url: str) -> bytes:
    """16 bytes: a url_key that only this URL has."""
    return key_hash(f"exactly {fetch_key(url)}")


def address_of(url: str, article_key: bytes) -> Address:
    """How the page at a URL stands to the article with this key."""
    if is_copy_address(url):
        return Address.COPY
    return Address.OWN if article_key in own_keys(url) else Address.CLAIMING


def own_keys(url: str) -> Collection[bytes]:
    """The keys that an article has by its URL alone."""
    return {url_key(url), exact_key(url)}


def readable_url(identity: Identity, *, key: bytes) -> str:
    """The URL to show for an article stored under one of the identity's keys."""
    if identity.claimed_url is not None and key == identity.claimed_key:
        return identity.claimed_url
    return article_url(identity.url)
