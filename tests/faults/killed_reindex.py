"""`python -m tests.faults.killed_reindex URL N`: stories re-indexed four articles a transaction,
killed before the Nth is assigned."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import TYPE_CHECKING

from db.session import Database
from pipelines import story_decisions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from pipelines.story_likeness import ToldArticle


def main(url: str, last: int) -> None:
    assign, numbers = story_decisions.assign_story, count(1)

    def assign_or_die(session: Session, article: ToldArticle) -> int | None:
        if next(numbers) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return assign(session, article)

    story_decisions.CHUNK_ARTICLES = 4
    story_decisions.assign_story = assign_or_die
    with Database(url) as database:
        story_decisions.reindex(database, lambda _: None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
