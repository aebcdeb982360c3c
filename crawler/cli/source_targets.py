"""What `sources add`, `edit` and `test` look at: seeds, and how they are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.cli.options import open_database
from crawler.cli.source_options import KINDS
from crawler.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.config import Config, LoadedConfig
    from crawler.link_patterns import LinkPatterns
    from crawler.seeding import Fetcher, SeedChoice, Seeding
    from crawler.source_fields import SourceValues


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTarget:
    """What `sources test` tries, and how it fetches."""

    seeds: tuple[SeedChoice, ...]
    fetch: Fetcher
    patterns: LinkPatterns


def seeding_for(
    url: str, kind: str | None, config: Config, values: SourceValues, *, fetched: bool
) -> Seeding:
    """What a new source starts from: the URL itself if its kind is given, else what is found.

    Raises:
        ConfigError: An unknown kind, or neither a kind nor leave to look.
        CrawlError: Nothing to follow was found, or it could not be fetched.
    """
    from crawler.seeding import Seeding, find_seeding

    if kind is not None:
        return Seeding(seeds=(given_seed(url, kind),))
    if not fetched:
        raise ConfigError(f"--no-fetch needs --kind: one of {', '.join(KINDS)}")
    return find_seeding(url, fetch=_fetcher(_settings_for(config, values)))


def given_seed(url: str, kind: str | None) -> SeedChoice:
    """A seed as a person gives it.

    Raises:
        ConfigError: No URL that can be fetched, or an unknown kind.
    """
    from crawler.seeding import SeedChoice
    from crawler.setting_values import one_of
    from crawler.source_fields import read_url

    try:
        return SeedChoice(url=read_url(url), kind=one_of(*KINDS)(kind))
    except ValueError as error:
        raise ConfigError(f"the seed {url!r} with --kind {kind}: {error}") from error


def trial_target(key_or_url: str, loaded: LoadedConfig, file: Path | None) -> TrialTarget:
    """Where to start: a stored source, or whatever stands at a URL."""
    from crawler.link_patterns import LinkPatterns, compile_patterns
    from crawler.seeding import SeedChoice, find_seeding
    from crawler.source_fields import SourceValues
    from crawler.sources import show_source
    from pipelines.urls import is_http_url

    if is_http_url(key_or_url):
        fetch = _fetcher(loaded.config)
        seeds = find_seeding(key_or_url, fetch=fetch).seeds
        return TrialTarget(seeds=seeds, fetch=fetch, patterns=LinkPatterns())
    with open_database(loaded.config.db, file) as database:
        found = show_source(database, key_or_url)
    source = found.source
    values = SourceValues(
        user_agent=source.user_agent,
        proxy=source.proxy,
        verify_tls=source.verify_tls,
        delay_seconds=source.delay_seconds,
    )
    return TrialTarget(
        seeds=tuple(SeedChoice(url=it.url, kind=str(it.kind)) for it in found.seeds),
        fetch=_fetcher(_settings_for(loaded.config, values)),
        patterns=compile_patterns(tuple(source.include), tuple(source.exclude)),
    )


def _settings_for(config: Config, values: SourceValues) -> Config:
    """The settings, with what the source says otherwise."""
    from dataclasses import replace

    return replace(
        config,
        user_agent=values.get("user_agent") or config.user_agent,
        proxy=values.get("proxy") or config.proxy,
        verify_tls=config.verify_tls and values.get("verify_tls", True),
        delay_seconds=_first(values.get("delay_seconds"), config.delay_seconds),
    )


def _first(value: float | None, default: float) -> float:
    return default if value is None else value


def _fetcher(config: Config) -> Fetcher:
    from crawler.fetcher import open_fetcher

    return open_fetcher(config)
