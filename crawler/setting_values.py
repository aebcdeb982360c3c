"""From what a person wrote to a setting's value: one reader a kind of value.

Each reader takes text (an option, a variable) or a TOML value and raises ValueError with the
allowed form; `crawler.config` adds which setting it was and where it came from.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.durations import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TRUE_WORDS = frozenset({"true", "yes", "on", "1"})
FALSE_WORDS = frozenset({"false", "no", "off", "0"})
MAX_PORT = 65_535
_HOST_NAME = re.compile(r"(?!-)[\w.-]{1,253}(?<!-)", re.ASCII)
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")


def read_text(value: object) -> str:
    """One line of printable text, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("give a text that is not empty")
    if not value.isprintable():
        raise ValueError("give one line without control characters")
    return value.strip()


def read_header_text(value: object) -> str:
    """Text that can stand in an HTTP header."""
    text = read_text(value)
    if not text.isascii():
        raise ValueError("give ASCII characters only: it is sent in an HTTP header")
    return text


def read_contact(value: object) -> str:
    """A mail address or a page where a publisher reaches the operator."""
    text = read_header_text(value)
    if _MAIL.fullmatch(text) or _is_web_url(text):
        return text
    raise ValueError("give a mail address or an http(s) URL where you can be reached")


def read_proxy(value: object) -> str:
    """An HTTP proxy."""
    text = read_header_text(value)
    if not _is_web_url(text):
        raise ValueError("give a proxy as http://HOST:PORT")
    return text


def read_seconds(value: object) -> float:
    """A length of time, zero allowed."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("give a length of time, e.g. 90s, 30m, 2h, 7d, or plain seconds")  # noqa: TRY004 - all readers raise ValueError
    return parse_duration(str(value))


def read_positive_seconds(value: object) -> float:
    """A length of time above zero."""
    seconds = read_seconds(value)
    if not seconds:
        raise ValueError("give a length of time above zero")
    return seconds


def read_count(value: object) -> int:
    """A whole number, 0 or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value.strip(), re.ASCII):
        return int(value)
    raise ValueError("give a whole number, 0 or more")


def read_positive_count(value: object) -> int:
    """A whole number, 1 or more."""
    number = read_count(value)
    if number < 1:
        raise ValueError("give a whole number, 1 or more")
    return number


def read_switch(value: object) -> bool:
    """True or false."""
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("give true or false")


def one_of(*words: str) -> Callable[[object], str]:
    """A reader of one word out of these, whatever its case."""

    def read_word(value: object) -> str:
        for word in words:
            if str(value).strip().lower() == word.lower():
                return word
        raise ValueError(f"give one of {', '.join(words)}")

    return read_word


def read_private_addresses(value: object) -> tuple[str, ...]:
    """Hosts, hosts with a port, IP addresses or networks; text is split at commas."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple):
        raise ValueError("give a list of hosts, host:port, IP addresses or networks")  # noqa: TRY004 - all readers raise ValueError
    return tuple(_distinct(_private_address(entry) for entry in entries if str(entry).strip()))


def _private_address(entry: object) -> str:
    text = str(entry).strip().lower()
    if _is_network(text) or _is_network(text.strip("[]")):
        return text.strip("[]")
    host, _, port = text.rpartition(":")
    if host and port.isdecimal() and port.isascii() and 0 < int(port) <= MAX_PORT:
        if _is_network(host.strip("[]")) or _HOST_NAME.fullmatch(host):
            return text
    elif _HOST_NAME.fullmatch(text):
        return text
    raise ValueError(f"{text!r} is neither a host, host:port, an IP address nor a network")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_web_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _distinct(entries: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entries))
