"""Scrapy's settings for every crawl: politeness and safety are defaults here, not flags.

Never get_project_settings(): a scrapy.cfg in the user's folder would replace these. What a user
can change is in docs/settings.md; crawler.config reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.version import VERSION

if TYPE_CHECKING:
    from crawler.config import Config

ROBOTS_TOKEN = "winnow"  # noqa: S105 - the product token robots.txt names us by
MAX_BODY_BYTES = 10 * 2**20
"""Of a body as received and as decompressed; a larger one is `too_large`."""
MAX_HEADER_BYTES = 256 * 2**10
"""Of all headers of a response; Scrapy itself has no limit (1.1 GB measured)."""
MAX_REDIRECTS = 5
"""In one fetch; RFC 1945's advice, and more than any newspaper needs."""
MAX_ACTIVE_BYTES = 32 * 2**20
"""Bodies being processed; beyond it Scrapy fetches nothing more."""
ACCEPTED_LANGUAGES = "*"

CONCURRENT_ITEMS = 1  # a page is one item; Scrapy starts this many tasks for every response
TELNETCONSOLE_ENABLED = False  # it runs code for whoever connects
REMOTE_CONTROL_ENABLED = False  # the same
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False  # the frontier retries, over minutes, and survives a crash
ROBOTSTXT_OBEY = False  # crawler.middlewares.robots does, and fails closed as RFC 9309 says
HTTPPROXY_ENABLED = False  # crawler.middlewares.proxy checks the target first
REDIRECT_MAX_TIMES = MAX_REDIRECTS
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = MAX_BODY_BYTES
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True  # a truncated page is never stored as final
# One connection a host and the delay between two fetches: crawler.politeness holds both around the
# very transfer, also across processes, which Scrapy's slots cannot.
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1_000
SCRAPER_SLOT_MAX_ACTIVE_SIZE = MAX_ACTIVE_BYTES
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier knows every URL
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.download.PoliteHandler",
    "https": "crawler.download.PoliteHandler",
    "file": None,  # a sitemap may list file:///etc/passwd
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "crawler.middlewares.redirect.RedirectMiddleware": 600,
    "crawler.middlewares.decompress.DecompressMiddleware": 650,
    "crawler.middlewares.proxy.ProxyMiddleware": 700,
    "crawler.middlewares.robots.RobotsMiddleware": 800,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.logcount.LogCount": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
ITEM_PIPELINES: dict[str, int] = {
    "pipelines.stages.ProcessStage": 100,
    "crawler.follow.FollowStage": 200,
    "pipelines.stages.StoreStage": 300,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5",
    "Accept-Language": ACCEPTED_LANGUAGES,
}
LOG_FORMATTER = "crawler.log_format.QuietFormatter"
STATS_DUMP = False
LOG_INSTALL_ROOT_HANDLER = False
LOG_ENABLED = False  # crawler.run sets logging up, once for Scrapy and Winnow


def user_agent(config: Config) -> str:
    """Name, version and contact, as RFC 9110 §10.1.5 asks of robots."""
    agent = config.user_agent or f"Winnow/{VERSION}"
    if config.contact and config.contact not in agent:
        agent = f"{agent} (+{config.contact})"
    return agent


def crawl_settings(config: Config) -> dict[str, object]:
    """This module's settings with what a user chose."""
    settings = {name: value for name, value in globals().items() if name.isupper()}
    return settings | {
        "USER_AGENT": user_agent(config),
        "DOWNLOAD_TIMEOUT": config.timeout_seconds,
        "DOWNLOAD_VERIFY_CERTIFICATES": config.verify_tls,
        # A host being visited may wait for robots.txt or a redirect's host: three requests.
        "CONCURRENT_REQUESTS": max(config.concurrency, 1) * 3,
        "WINNOW_PROXY": config.proxy,
        "WINNOW_TARGETS": list(config.allow_private),
        # What the resolver lets through: the proxy's own address is the operator's choice.
        "WINNOW_PRIVATE": [*config.allow_private, *_proxy_host(config.proxy)],
    }


def _proxy_host(proxy: str | None) -> list[str]:
    host = urlsplit(proxy).hostname if proxy else None
    return [host] if host else []
