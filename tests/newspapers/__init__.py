"""Two small invented newspapers, served on loopback: the project's own test site.

with Newspapers() as newspapers:
    newspapers.courier.url            # the home page
    newspapers.courier.paper.articles # what stands in the current edition, with gold text
    newspapers.advance()              # the next edition: new and changed articles
    newspapers.courier.log            # who fetched what, and when
"""

from tests.newspapers.articles import Article, Part, load_articles
from tests.newspapers.furniture import FIVE_STRINGS, unwanted
from tests.newspapers.papers import Paper
from tests.newspapers.server import Newspapers, PaperServer

__all__ = [
    "FIVE_STRINGS",
    "Article",
    "Newspapers",
    "Paper",
    "PaperServer",
    "Part",
    "load_articles",
    "unwanted",
]
