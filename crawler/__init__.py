"""Run crawls: spiders, frontier, schedule and command line."""

from crawler.api import crawl

__all__ = ["crawl"]
