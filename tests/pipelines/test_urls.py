import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.hosts import registered_domain
from pipelines.urls import (
    article_url,
    believable_canonical,
    fetch_key,
    host_of,
    is_http_url,
    key_hash,
    site_of,
    url_key,
)

INVENTED_PAIRS = Path(__file__).with_name("url_pairs.tsv")
MEASURED_PAIRS = Path(__file__).parents[3] / "shared" / "data" / "url_pairs.tsv"

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.~%;=()é", min_size=1, max_size=12)
special = st.sampled_from(
    [
        "amp",
        "print",
        "index.html",
        "a.amp.html",
        "1",
        "c",
        "s",
        "platform",
        "..amp",
        "amp.html",
        "v",
        "wp",
        "story.php",
        ".",
        "..",
        "a;sid=1",
        "(S(abcdefgh))",
        "tag",
        "google.com",
        "a%2Fb",
    ]
)
segments = st.lists(words | special, max_size=7).map("/".join)
parameters = st.tuples(words | st.sampled_from(["ref", "id", "amp", "sid", "source"]), words)
queries = st.lists(parameters, max_size=4).map(lambda ps: "&".join("=".join(p) for p in ps))
hosts = st.sampled_from(
    [
        "a.test",
        "www.a.test",
        "m.a.co.uk",
        "en.m.a.org",
        "google.com",
        "x.cdn.ampproject.org",
        "münchen.de",
        "127.0.0.1:8000",
        "[::1]:81",
        "localhost",
        "a.test:443",
        "u:p@a.test",
        "A.test.",
    ]
)
urls = st.builds(
    "{}://{}/{}?{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    hosts,
    segments,
    queries,
    st.sampled_from(["", "#", "#top", "#!/story/1", "#/a"]),
)
trackers = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "utm_source",
                "utm_medium",
                "fbclid",
                "gclid",
                "mc_cid",
                "xtor",
                "at_medium",
                "_ga",
                "smid",
                "CMP",
                "mtm_campaign",
                "igshid",
                "_hsenc",
                "wt_zmc",
                "PHPSESSID",
                "yclid",
            ]
        ),
        st.text("abcdefghijk0123456789", min_size=1),
    ),
    min_size=1,
    max_size=4,
)


def read_pairs(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    "pair", read_pairs(INVENTED_PAIRS), ids=lambda p: f"{p['group']}-{p['first']}"
)
def test_a_pair_of_addresses_is_one_article_or_two(pair: dict[str, str]) -> None:
    same = url_key(pair["first"]) == url_key(pair["second"])
    assert same == (pair["same_article"] == "yes"), (
        article_url(pair["first"]),
        article_url(pair["second"]),
    )


@pytest.mark.skipif(
    not MEASURED_PAIRS.exists(), reason="the measured pairs are not beside this tree"
)
def test_measured_pairs_are_told_apart_without_a_false_merge() -> None:
    pairs = read_pairs(MEASURED_PAIRS)
    judged = [(p["same_article"], url_key(p["first"]) == url_key(p["second"])) for p in pairs]
    assert ("no", True) not in judged
    assert sum((wanted == "yes") == same for wanted, same in judged) >= 70


@given(urls)
def test_making_an_address_plain_twice_changes_nothing(url: str) -> None:
    plain = article_url(url)
    assert article_url(plain) == plain
    assert url_key(plain) == url_key(url)


@given(urls)
def test_a_fetch_key_is_its_own_fetch_key(url: str) -> None:
    assert fetch_key(fetch_key(url)) == fetch_key(url)
    assert host_of(fetch_key(url)) == host_of(url)


@given(urls.filter(lambda url: "#" not in url), trackers)
def test_trackers_do_not_change_the_article(url: str, added: list[tuple[str, str]]) -> None:
    tracked = url + "&" + "&".join(f"{name}={value}" for name, value in added)
    assert url_key(tracked) == url_key(url)


@given(st.text() | st.text("htps:/[]@#?%.a1\ud800é ;\\", max_size=40) | urls)
def test_any_text_is_taken_or_refused_with_a_value_error(text: str) -> None:
    for key_of in (fetch_key, host_of, site_of, article_url, url_key):
        if is_http_url(text):
            assert key_of(text)
        else:
            with pytest.raises(ValueError, match="not an http"):
                key_of(text)
    believable_canonical(text, text)
    believable_canonical("https://a.test/one-two-three", text)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.test/x",
        "//a.test/x",
        "ftp://a.test/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.test",
        "http://",
        "http:///x",
        "http://a b/",
        "http://a..b/",
        "http://[::1",
        "http://a.test:99999/",
        "http://\ud800.test/",
        "data:text/html,x",
    ],
)
def test_what_is_not_an_http_address_is_refused(url: str) -> None:
    assert not is_http_url(url)
    assert believable_canonical("https://a.test/one-two-three", "x:" + url) is None
    with pytest.raises(ValueError, match="not an http"):
        url_key(url)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://www.a.test/x/?utm_source=y#top", "https://www.a.test/x/"),
        ("http://127.0.0.1:8000/x?fbclid=1", "http://127.0.0.1:8000/x"),
        ("https://m.a.test/x/index.html", "https://m.a.test/x/index.html"),
        ("https://www.google.com/amp/s/amp.a.test/x/amp/", "https://amp.a.test/x/"),
        ("https://a.test/x;jsessionid=1?b=2&a=1", "https://a.test/x?a=1&b=2"),
    ],
)
def test_a_plain_address_can_still_be_opened(url: str, plain: str) -> None:
    assert article_url(url) == plain


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("HTTP://WWW.A.Test:80/x", "www.a.test", "a.test"),
        ("https://en.m.a.org./x", "en.m.a.org", "en.a.org"),
        ("http://m.a.test:8080/x", "m.a.test:8080", "a.test:8080"),
        ("http://u:p@127.0.0.1:81/", "127.0.0.1:81", "127.0.0.1:81"),
        ("http://[::1]:81/", "[::1]:81", "[::1]:81"),
        ("http://[::1]/", "[::1]", "[::1]"),
        ("https://www.gov.uk/x", "www.gov.uk", "www.gov.uk"),
        ("https://bücher.test/", "xn--bcher-kva.test", "xn--bcher-kva.test"),
        ("http://localhost/", "localhost", "localhost"),
        ("https://amp.dev/x", "amp.dev", "amp.dev"),
    ],
)
def test_host_and_site(url: str, host: str, site: str) -> None:
    assert (host_of(url), site_of(url)) == (host, site)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.example.co.uk", "example.co.uk"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("a.b.paper.test", "paper.test"),
        ("localhost:8001", "localhost:8001"),
        ("127.0.0.1", "127.0.0.1"),
        ("co.uk", "co.uk"),
    ],
)
def test_registered_domains_come_from_the_bundled_list(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


PAGE = "https://www.a.test/politics/minister-leaves-office-4711"


@pytest.mark.parametrize(
    "claimed",
    [
        PAGE,
        "http://a.test/politics/minister-leaves-office-4711",
        "/minister-leaves-office-4711",
        "https://news.a.test/2031/02/03/minister-leaves.html",
        "https://a.test/story.php?id=4711",
        "https://a.test/?p=4711",
        "//a.test/4711.html",
    ],
)
def test_a_claim_of_the_same_owner_that_names_an_article_is_believed(claimed: str) -> None:
    believed = believable_canonical(PAGE, claimed)
    assert believed is not None
    assert believed.startswith("http")


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "",
        "  ",
        "https://b.test/minister-leaves-office-4711",
        "https://www.a.test/",
        "https://a.test/index.html",
        "https://a.test/en/",
        "https://a.test/politics/",
        "https://a.test/politics",
        "https://a.test/world/europe",
        "javascript:void(0)",
        "https://a.test:8080/politics/minister-leaves-office-4711",
        "http://[",
        "ftp://a.test/x-y-z",
    ],
)
def test_other_claims_are_not(claimed: str | None) -> None:
    assert believable_canonical(PAGE, claimed) is None


def test_the_second_part_of_a_story_may_claim_the_first() -> None:
    first = "https://a.test/story-of-the-flood"
    assert believable_canonical(first + "/2", first) == first
    assert believable_canonical("https://a.test/flood/page/2", "https://a.test/flood/x") is None


def test_a_key_is_sixteen_bytes() -> None:
    assert len(key_hash("https://a.test/")) == len(url_key("https://a.test/")) == 16


def test_hostile_addresses_take_no_longer_than_others() -> None:
    long = [
        "https://google.com" + "/amp/s/google.com" * 400,
        "https://a.test/" + "/amp/print" * 800,
        "https://a.test/" + "x.amp" + ".amp" * 1500,
        "https://a.test/?" + "&".join(f"utm_{i}={i}" for i in range(1500)),
        "https://" + "m." * 2000 + "a.test/",
        "https://a.test/" + ";sid=1" * 1500,
        "https://a.test/" + "(S(abcdefgh)" * 600,
    ]
    started = time.process_time()
    for url in long:
        if is_http_url(url):
            url_key(url)
    assert time.process_time() - started < 2
