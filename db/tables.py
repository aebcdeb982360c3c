"""The tables behind the mapped classes, for plain statements: those run once for every page."""

from typing import cast

from sqlalchemy import Table

from db.models import (
    Article,
    Base,
    CutBlock,
    Fetch,
    Page,
    RawDictionary,
    RawPage,
    Revision,
    RuleRow,
    SightedProse,
    Sighting,
    Site,
    SiteBlock,
    Source,
)


def table_of(model: type[Base]) -> Table:
    """Of a mapped class; SQLAlchemy's own annotation says FromClause."""
    return cast("Table", model.__table__)


ARTICLES = table_of(Article)
CUTS = table_of(CutBlock)
DICTIONARIES = table_of(RawDictionary)
FETCHES = table_of(Fetch)
PAGES = table_of(Page)
PROSE = table_of(SightedProse)
RAW_PAGES = table_of(RawPage)
REVISIONS = table_of(Revision)
RULES = table_of(RuleRow)
SIGHTINGS = table_of(Sighting)
SITES = table_of(Site)
SITE_BLOCKS = table_of(SiteBlock)
SOURCES = table_of(Source)
