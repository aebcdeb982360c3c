"""Scrapy's settings with what one source says of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.settings import crawl_settings

if TYPE_CHECKING:
    from crawler.config import Config
    from db.models import Source


def source_settings(config: Config, source: Source) -> dict[str, object]:
    """Settings for a crawl of this source: its User-Agent, proxy, cookies, certificate rule."""
    own = replace(
        config,
        user_agent=source.user_agent or config.user_agent,
        proxy=source.proxy or config.proxy,
        verify_tls=config.verify_tls and source.verify_tls,
    )
    return crawl_settings(own) | {"COOKIES_ENABLED": source.cookies}
