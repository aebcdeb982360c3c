"""Pages of an invented site, and rules for them."""

from __future__ import annotations

from pipelines.process import process
from pipelines.records import CleanArticle, FetchedPage, Rejection
from pipelines.rules.checking import checked_rule
from pipelines.rules.records import Rule, RuleAction, RuleKind
from pipelines.rules.sites import with_rules
from pipelines.sites.records import SiteProfile
from tests.small_site import paragraphs
from tests.storing import NOW

SITE = "harbour.example"
URL = "https://www.harbour.example/2026/03/the-affair"
PARAGRAPHS = paragraphs(3)


def rule(line: str, host: str = SITE, label: str = "7") -> Rule:
    action, kind, value = line.split(None, 2)
    said = Rule(host=host, action=RuleAction(action), kind=RuleKind(kind), value=value, label=label)
    return checked_rule(said)


def html(body: str, head: str = "<title>The affair</title>") -> str:
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def story(*between: str, after: str = "") -> str:
    """Five paragraphs, the first three followed by what stands between."""
    told = [f"<p>{text}</p>" for text in PARAGRAPHS]
    body = "".join([*told[:3], *between, *told[3:]])
    return html(f"<main><article><h1>The affair</h1>{body}</article></main>{after}")


def page_of(text: str, url: str = URL) -> FetchedPage:
    return FetchedPage(request_url=url, url=url, body=text.encode(), fetched_at=NOW)


def result_of(
    text: str, *lines: str, profile: SiteProfile | None = None
) -> CleanArticle | Rejection:
    rules = [rule(line, label=str(number)) for number, line in enumerate(lines, start=1)]
    known = with_rules(profile or SiteProfile(site=SITE), rules)
    return process(page_of(text), profile=known)


def article_of(text: str, *lines: str, profile: SiteProfile | None = None) -> CleanArticle:
    result = result_of(text, *lines, profile=profile)
    assert isinstance(result, CleanArticle), result
    return result


def cuts_by_rule(article: CleanArticle) -> list[str]:
    return [cut.block.text for cut in article.cuts if cut.rule == "rule"]
