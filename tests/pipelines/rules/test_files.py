"""The file of rules that people write and share, and the check of what they wrote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import RuleError
from pipelines.rules.checking import checked_host, checked_rule
from pipelines.rules.plain_file import is_plain_file, read_rules, write_rules
from pipelines.rules.records import OF_METADATA, OF_TEXT, Rule, RuleAction, RuleKind
from pipelines.rules.sites import rules_on, with_rules
from pipelines.sites.records import SiteProfile
from tests.pipelines.rules.pages import rule

FILE = """
# What the harbour's papers repeat.

[www.harbour.example]
# The box between the second
# and the third paragraph.
cut css .newsletter-box
off cut regex ^Read (also|more):

[*]
keep text  Correction:   an earlier version
"""


def test_a_file_is_read_with_its_notes() -> None:
    box, more, correction = read_rules(FILE, name="my.rules")
    assert (box.host, str(box), box.label) == (
        "harbour.example",
        "cut css .newsletter-box",
        "my.rules:7",
    )
    assert box.note == "The box between the second\nand the third paragraph."
    assert (more.is_enabled, more.note, more.value) == (False, "", "^Read (also|more):")
    assert (correction.host, correction.value) == ("*", "Correction: an earlier version")
    assert is_plain_file(FILE)
    assert not is_plain_file("# old\nbody: //article\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cutt css .a", "x:2: 'cutt' is none of keep, cut, body"),
        ("cut ccs .a", "x:2: 'ccs' is none of css, xpath, text, regex"),
        ("cut css", "x:2: 'cut css' is no rule: write"),
        ("cut css p[", "x:2: 'p[' is no CSS selector"),
        ("cut xpath //p[", "x:2: '//p[' is no XPath expression"),
        ("cut xpath count(//p)", "x:2: 'count(//p)' gives a float, not elements"),
        ("cut xpath //p[$a]", "is no XPath expression"),
        ("cut xpath //p[re:test(., 'a')]", "is no XPath expression"),
        ("cut regex (", "x:2: '(' is no regular expression"),
        ("cut regex (a|aa)+$", "takes too long on a text of 5000 characters"),
        ("cut text ***", "x:2: '***' has no letter or digit"),
        ("body text Here", "x:2: body needs an element"),
        ("[no host]", "x:2: 'no host' is no host: write example.org"),
        ("cut text a\x07b", "holds a control character"),
        ("cut css " + "a" * 1001, "a css has 1 to 1000 characters, not 1001"),
    ],
)
def test_a_bad_line_is_named_with_file_value_and_way_out(line: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules(f"[a.example]\n{line}\n", name="x")
    assert said in str(caught.value)


def test_a_rule_needs_a_host_and_stands_once() -> None:
    with pytest.raises(RuleError, match="x:1: 'cut css p' has no host"):
        read_rules("cut css p", name="x")
    with pytest.raises(RuleError, match="x:4: 'off cut css p' stands at x:2 already"):
        read_rules("[a.example]\ncut css p\n[www.a.example]\noff cut css p", name="x")


LINES = [
    "cut css .a > b",
    "cut css #main",
    "keep xpath //p[1]",
    "body css main",
    "cut regex ^[Ll]ive:\\s",
    "title xpath //h1",
]
VALUES = st.one_of(
    st.sampled_from(LINES).map(lambda line: line.split(None, 2)),
    st.tuples(st.sampled_from(["cut", "keep"]), st.just("text"), st.text(min_size=1, max_size=40)),
)
HOSTS = st.sampled_from(["*", "a.example", "news.a.example", "b.example:8080", "übung.example"])


@st.composite
def checked_rules(draw: st.DrawFn) -> Rule | None:
    action, kind, value = draw(VALUES)
    said = Rule(
        host=draw(HOSTS),
        action=RuleAction(action),
        kind=RuleKind(kind),
        value=value,
        note=draw(st.text(max_size=30)),
        is_enabled=draw(st.booleans()),
    )
    try:
        return checked_rule(said)
    except RuleError:
        return None


@settings(deadline=None, max_examples=50)  # the first use of an expression compiles it
@given(st.lists(checked_rules(), max_size=6))
def test_reading_what_was_written_is_the_identity(drawn: list[Rule | None]) -> None:
    rules = list({it.key: it for it in drawn if it is not None}.values())
    written = write_rules(rules)
    assert is_plain_file(written)
    read = read_rules(written, name="x")
    assert read == sorted(rules, key=lambda it: it.host)
    assert write_rules(read) == written


@settings(deadline=None, max_examples=50)
@given(checked_rules())
def test_checking_twice_is_checking_once(drawn: Rule | None) -> None:
    if drawn is not None:
        assert checked_rule(drawn) == drawn


@pytest.mark.parametrize("action", [RuleAction.BODY, *sorted(OF_METADATA)])
@pytest.mark.parametrize("kind", sorted(OF_TEXT))
def test_places_are_not_named_by_texts(action: RuleAction, kind: RuleKind) -> None:
    with pytest.raises(RuleError, match="needs an element"):
        rule(f"{action} {kind} words")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("WWW.Example.org", "example.org"),
        (".example.org", "example.org"),
        ("https://m.example.org/a?b", "example.org"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("*", "*"),
    ],
)
def test_a_host_has_one_spelling(written: str, host: str) -> None:
    assert checked_host(written) == host


def test_rules_hold_on_their_host_its_subdomains_and_nowhere_else() -> None:
    rules = [
        rule("cut css p", host=host) for host in ("a.example", "*", "b.example", "x.a.example")
    ]
    held = {
        site: [it.host for it in rules_on(site, rules)]
        for site in ("a.example", "x.a.example", "ba.example", "a.example:8080")
    }
    assert held == {
        "a.example": ["a.example", "*"],
        "x.a.example": ["a.example", "*", "x.a.example"],
        "ba.example": ["*"],
        "a.example:8080": ["*"],
    }


def test_equal_rules_have_equal_versions_and_the_order_of_bodies_counts() -> None:
    def version(*lines: str) -> int:
        return with_rules(SiteProfile(site="harbour.example"), list(map(rule, lines))).version

    assert version() == 0
    assert version("cut css a", "cut css b") == version("cut css b", "cut css a")
    assert version("body css a", "body css b") != version("body css b", "body css a")
    assert version("cut css a") != version("keep css a")
