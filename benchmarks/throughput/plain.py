"""The crawler that a competent user writes in an afternoon: Scrapy, trafilatura, SQLAlchemy.

python plain.py urls.txt articles.db
"""

import sys
from pathlib import Path

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from sqlalchemy import Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "article"
    url: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    author: Mapped[str | None]
    date: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)


class StorePipeline:
    def open_spider(self) -> None:
        engine = create_engine(f"sqlite:///{sys.argv[2]}")
        Base.metadata.create_all(engine)
        self.session = Session(engine)

    def process_item(self, item: dict[str, str]) -> dict[str, str]:
        self.session.merge(Article(**item))
        self.session.commit()
        return item

    def close_spider(self) -> None:
        self.session.close()


class PlainSpider(scrapy.Spider):
    name = "plain"
    start_urls = Path(sys.argv[1]).read_text().split()

    def parse(self, response):
        page = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if page and page.text:
            yield {"url": response.url, "title": page.title, "author": page.author,
                   "date": page.date, "text": page.text}  # fmt: skip


process = CrawlerProcess({
    "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
    "ITEM_PIPELINES": {StorePipeline: 300},
})  # fmt: skip
process.crawl(PlainSpider)
process.start()
