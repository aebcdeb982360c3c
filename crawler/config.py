"""The settings: what each means, its default, and which of four places won.

Options come first, then WINNOW_* variables, then winnow.toml, then the defaults below.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict, cast

from crawler import setting_values as values
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SETTINGS_FILE = "winnow.toml"
VARIABLE_PREFIX = "WINNOW_"
FOREIGN_VARIABLES = frozenset({"WINNOW_CONFIG", "WINNOW_PARENT_PID", "WINNOW_WEBHOOK_SECRET"})
"""Ours, but no settings: the settings file itself, a child's parent, what signs webhooks."""
TEST_PREFIX = "WINNOW_TEST_"
DEFAULT_ORIGIN = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of Winnow, checked."""

    db: str = "winnow.db"
    """The database: a file, `sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""
    contact: str | None = None
    """Mail address or URL that publishers see in the User-Agent. None: loopback hosts only."""
    user_agent: str | None = None
    """Sent instead of `Winnow/VERSION (+CONTACT)`; the contact is added if it is not in it."""
    delay_seconds: float = 5.0
    """Between two fetches from one host; a longer Crawl-delay of the site wins."""
    concurrency: int = 16
    """Hosts fetched from at once; always one connection a host."""
    max_pages: int | None = None
    """At most this many pages in one run. None: no limit for a list, the source's for a source."""
    timeout_seconds: float = 30.0
    """For one whole fetch, connection to last byte."""
    wait_seconds: float = 120.0
    """Retries that fall due within this time are awaited before a command ends."""
    allow_private: tuple[str, ...] = ()
    """Hosts, host:port, addresses or networks that may be fetched although not public."""
    proxy: str | None = None
    """HTTP proxy for every fetch. None: direct."""
    verify_tls: bool = True
    """Refuse certificates that are expired, self-signed or of another name."""
    keep_raw_days: int | None = None
    """Raw pages older than this are deleted; 0 keeps none. None: kept for ever."""
    tdm_policy: str = "metadata"
    """On a reserved text-and-data-mining right: `metadata` keeps no text, `keep` keeps all."""
    workers: int = 0
    """Processes that turn pages into articles. 0: one a core."""
    worker_timeout_seconds: float = 10.0
    """A worker that needs longer for one page is killed and the page recorded as `timeout`."""
    worker_memory_mib: int = 1024
    """Memory limit of one worker."""
    batch_rows: int = 200
    """Pages written in one transaction at most."""
    batch_seconds: float = 1.0
    """A batch is written after this time though it is not full."""
    database_patience_seconds: float = 300.0
    """How long a locked or restarting database is waited for."""
    max_attempts: int = 3
    """Tries before a failure of a URL is final."""
    retry_seconds: float = 30.0
    """Before the second try; doubled before each further one, up to an hour."""
    stop_seconds: float = 8.0
    """After Ctrl-C or SIGTERM, what is in flight may take this long."""
    max_children: int = 4
    """Sources crawled at once by `winnow run`, `--due` and `--all`."""
    source_limit_seconds: float = 3600.0
    """A source's crawl is stopped after this time; it continues at its next run."""
    tick_seconds: float = 60.0
    """How often `winnow run` looks for sources that are due."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""


class _Values(TypedDict, total=False):
    db: str
    contact: str | None
    user_agent: str | None
    delay_seconds: float
    concurrency: int
    max_pages: int | None
    timeout_seconds: float
    wait_seconds: float
    allow_private: tuple[str, ...]
    proxy: str | None
    verify_tls: bool
    keep_raw_days: int | None
    tdm_policy: str
    workers: int
    worker_timeout_seconds: float
    worker_memory_mib: int
    batch_rows: int
    batch_seconds: float
    database_patience_seconds: float
    max_attempts: int
    retry_seconds: float
    stop_seconds: float
    max_children: int
    source_limit_seconds: float
    tick_seconds: float
    log_level: str


_READERS: Mapping[str, Callable[[object], object]] = {
    "db": values.read_text,
    "contact": values.read_contact,
    "user_agent": values.read_header_text,
    "delay_seconds": values.read_seconds,
    "concurrency": values.read_positive_count,
    "max_pages": values.read_positive_count,
    "timeout_seconds": values.read_positive_seconds,
    "wait_seconds": values.read_seconds,
    "allow_private": values.read_private_addresses,
    "proxy": values.read_proxy,
    "verify_tls": values.read_switch,
    "keep_raw_days": values.read_count,
    "tdm_policy": values.one_of("metadata", "keep"),
    "workers": values.read_count,
    "worker_timeout_seconds": values.read_positive_seconds,
    "worker_memory_mib": values.read_positive_count,
    "batch_rows": values.read_positive_count,
    "batch_seconds": values.read_positive_seconds,
    "database_patience_seconds": values.read_seconds,
    "max_attempts": values.read_positive_count,
    "retry_seconds": values.read_positive_seconds,
    "stop_seconds": values.read_positive_seconds,
    "max_children": values.read_positive_count,
    "source_limit_seconds": values.read_positive_seconds,
    "tick_seconds": values.read_positive_seconds,
    "log_level": values.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
}

OPTION_NAMES: Mapping[str, str] = {
    "db": "--db",
    "contact": "--contact",
    "delay_seconds": "--delay",
    "concurrency": "--concurrency",
    "max_pages": "--max",
    "timeout_seconds": "--timeout",
    "wait_seconds": "--wait",
    "allow_private": "--allow-private",
    "keep_raw_days": "--keep-raw",
    "max_children": "--children",
    "tick_seconds": "--tick",
    "log_level": "--verbose/--quiet",
}
"""How a setting is spelled on the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConfig:
    """The settings and where each came from."""

    config: Config
    origins: Mapping[str, str]
    """Setting -> `--delay`, `WINNOW_DELAY_SECONDS`, a file's path, or `default`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    setting: str
    value: object
    origin: str


def load_config(
    options: Mapping[str, object],
    *,
    environ: Mapping[str, str],
    directory: Path,
    file: Path | None = None,
) -> LoadedConfig:
    """The settings for one command.

    Args:
        options: Setting -> value as typed; None means the option was not given.
        environ: The environment; an empty WINNOW_* variable counts as not set.
        directory: Where winnow.toml is looked for.
        file: The settings file to read instead; also WINNOW_CONFIG.

    Raises:
        ConfigError: A value, a setting's name or the file cannot be used.
    """
    given: dict[str, _Given] = {}
    named = file or _named_file(environ)
    for source in (_from_file(named, directory), _from_variables(environ), _from_options(options)):
        given.update({item.setting: item for item in source})
    read = {name: _read(item) for name, item in given.items()}
    origins = {
        name: given[name].origin if name in given else DEFAULT_ORIGIN for name in setting_names()
    }
    config = Config(**cast("_Values", read))
    return LoadedConfig(config=config, origins=MappingProxyType(origins))


def setting_names() -> tuple[str, ...]:
    """Every setting, in the order of `Config`."""
    return tuple(field.name for field in fields(Config))


def variable_name(setting: str) -> str:
    """The environment variable of a setting: `WINNOW_DELAY_SECONDS`."""
    return VARIABLE_PREFIX + setting.upper()


def _from_options(options: Mapping[str, object]) -> Iterator[_Given]:
    for name, value in options.items():
        if value is not None:
            _require_known(name, origin="options")
            yield _Given(setting=name, value=value, origin=OPTION_NAMES.get(name, name))


def _from_variables(environ: Mapping[str, str]) -> Iterator[_Given]:
    for variable, value in sorted(environ.items()):
        if not variable.startswith(VARIABLE_PREFIX) or not value.strip():
            continue
        if variable in FOREIGN_VARIABLES or variable.startswith(TEST_PREFIX):
            continue
        name = variable.removeprefix(VARIABLE_PREFIX).lower()
        _require_known(name, origin=f"the environment ({variable})")
        yield _Given(setting=name, value=value, origin=variable)


def _named_file(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("WINNOW_CONFIG", "")
    return Path(named) if named else None


def _from_file(named: Path | None, directory: Path) -> Iterator[_Given]:
    path = named or directory / SETTINGS_FILE
    if named is None and not path.is_file():
        return
    for name, value in _read_toml(path).items():
        _require_known(name, origin=str(path))
        yield _Given(setting=name, value=value, origin=str(path))


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the settings file {path} is not TOML: {error}") from error


def _require_known(name: str, *, origin: str) -> None:
    if name in _READERS:
        return
    near = difflib.get_close_matches(name, _READERS, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `winnow config` lists them"
    raise ConfigError(f"no setting {name!r} (from {origin}){hint}")


def _read(item: _Given) -> object:
    try:
        return _READERS[item.setting](item.value)
    except ValueError as error:
        raise ConfigError(
            f"{item.setting} cannot be {item.value!r} (from {item.origin}): {error}"
        ) from error


def setting_text(value: object) -> str:
    """A value as a WINNOW_* variable spells it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
