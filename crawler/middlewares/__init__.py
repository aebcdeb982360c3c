"""Scrapy downloader middlewares: politeness and safety."""
