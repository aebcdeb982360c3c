"""A whole crawl, in turn with a plain Scrapy + trafilatura + SQLAlchemy crawler. See run.py."""
