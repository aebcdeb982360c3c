"""The rules that hold on a site, as a part of what its pages are cleaned with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from xxhash import xxh3_64_intdigest

from pipelines.rules.records import EVERY_HOST, Rule, RuleAction
from pipelines.sites.profile import VERSION_BITS
from pipelines.sites.records import SiteProfile

IN_ORDER = frozenset({RuleAction.BODY, RuleAction.TITLE, RuleAction.AUTHOR, RuleAction.DATE})
"""Actions of which the first rule that gives something counts."""


def hosts_over(site: str) -> list[str]:
    """The hosts whose rules hold on a site: itself, those it is a subdomain of, and `*`."""
    labels = site.split(".")
    return [*(".".join(labels[start:]) for start in range(len(labels))), EVERY_HOST]


def rules_on(site: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those of the rules that hold on a site, in their order."""
    hosts = set(hosts_over(site))
    return tuple(rule for rule in rules if rule.is_enabled and rule.host in hosts)


def with_rules(profile: SiteProfile, rules: Sequence[Rule]) -> SiteProfile:
    """The profile with the rules that hold on its site; without any, the same profile."""
    holding = rules_on(profile.site, rules)
    if not holding:
        return profile
    return replace(profile, rules=holding, version=_version(profile.version, holding))


def _version(learned: int, rules: Sequence[Rule]) -> int:
    """Equal for equal rules, whatever the order of those of which each holds by itself."""
    in_order = [_words(rule) for rule in rules if rule.action in IN_ORDER]
    others = sorted(_words(rule) for rule in rules if rule.action not in IN_ORDER)
    said = "\n".join([f"{learned:x}", *in_order, "", *others])
    return (xxh3_64_intdigest(said.encode("utf-8")) >> (64 - VERSION_BITS)) or 1


def _words(rule: Rule) -> str:
    return f"{rule.host} {rule}"
