"""What a rule would do to pages: each is cleaned without and with it, and nothing is stored."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.errors import PipelineError
from pipelines.process import process
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.rules.records import Rule
from pipelines.sites.records import SiteProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """What a rule would do to one page."""

    url: str
    lost: tuple[str, ...] = ()
    """Texts of blocks that stand in the article without the rule only, in page order."""
    gained: tuple[str, ...] = ()
    """The same with it only."""
    changed: tuple[str, ...] = ()
    """Metadata that it changes, `title: old -> new`."""
    remark: str | None = None
    """Why the page is no article, or a rule was not obeyed. None: neither."""

    @property
    def is_touched(self) -> bool:
        """Whether the rule changes anything."""
        return bool(self.lost or self.gained or self.changed)


def try_rule(page: FetchedPage, known: SiteProfile, rule: Rule) -> RuleTrial:
    """Clean a page without and with a rule.

    Args:
        page: As fetched.
        known: What its site's pages are cleaned with now; the rule may be among it.
        rule: To be tried; it is taken for enabled, whatever its host.
    """
    others = tuple(it for it in known.rules if it.key != rule.key)
    asked = replace(rule, host=known.site, is_enabled=True)
    rules = tuple(asked if it.key == rule.key else it for it in known.rules)
    without = replace(known, rules=others)
    obeyed = replace(known, rules=rules if asked in rules else (*others, asked))
    try:
        before = process(page, profile=without, tdm_policy="keep")
        after = process(page, profile=obeyed, tdm_policy="keep")
    except PipelineError as error:
        return RuleTrial(url=page.url, remark=str(error))
    return RuleTrial(
        url=page.url,
        lost=tuple(_only_in(before, after)),
        gained=tuple(_only_in(after, before)),
        changed=tuple(_changed_fields(before, after)),
        remark=_remark(after),
    )


def _only_in(one: CleanArticle | Rejection, other: CleanArticle | Rejection) -> Iterator[str]:
    left = Counter(_texts(other))
    for text in _texts(one):
        left[text] -= 1
        if left[text] < 0:
            yield text


def _texts(result: CleanArticle | Rejection) -> list[str]:
    return [] if isinstance(result, Rejection) else [block.text for block in result.blocks]


def _changed_fields(
    before: CleanArticle | Rejection, after: CleanArticle | Rejection
) -> Iterator[str]:
    if isinstance(before, Rejection) or isinstance(after, Rejection):
        return
    for name in ("title", "authors", "published_at"):
        old, new = getattr(before.metadata, name), getattr(after.metadata, name)
        if old != new:
            yield f"{name}: {old} -> {new}"


def _remark(result: CleanArticle | Rejection) -> str | None:
    if isinstance(result, Rejection):
        return f"with the rule the page is no article: {result.reason} ({result.detail})"
    return result.profile_flag
