"""Scrapy spiders, thin."""
