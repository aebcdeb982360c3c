"""Files of rules as a person names them: Winnow's own, or a site configuration of Full-Text RSS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from pipelines.errors import RuleError
from pipelines.rules.checking import checked_host
from pipelines.rules.plain_file import is_plain_file, read_rules
from pipelines.rules.site_config import SiteConfig, host_in_name, read_site_config

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE_BYTES = 4 * 2**20


def read_rule_file(path: Path, *, host: str | None = None) -> SiteConfig:
    """The rules of a file, whichever of the two it is; nothing is ignored or refused of our own.

    Args:
        path: Of the file.
        host: That a site configuration is about. None: its name says it.

    Raises:
        ConfigError: It cannot be read, or a line of our own format is no rule.
    """
    text = _read(path)
    try:
        if is_plain_file(text):
            rules = tuple(read_rules(text, name=str(path)))
            return SiteConfig(name=str(path), is_foreign=False, rules=rules)
        named = host_in_name(path.name) if host is None else checked_host(host)
    except RuleError as error:
        hint = "" if host or is_plain_file(text) else "; --host says which host it is about"
        raise ConfigError(f"{error}{hint}") from error
    return read_site_config(text, host=named, name=str(path))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES).decode("utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error.reason}") from error
