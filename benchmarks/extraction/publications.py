"""Who publishes a labelled page: no model may be scored on a publication that it has seen.

Stricter than the corpus' own sites: all blogs of one platform are one publication, and so are the
`bbc.com` and the `bbc.co.uk` of one name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from tldextract import TLDExtract

from pipelines.extract.page_links import choose_canonical
from pipelines.extract.sources import gather

STAND_INS = frozenset({"fakehost"})
"""Hosts that a corpus wrote where a page's own was lost."""

# Without the list's private part: `a.wordpress.com` and `b.wordpress.com` share their templates.
_PUBLIC_SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


def domains_of(tree: HtmlElement | None, *, url: str, site: str) -> frozenset[str]:
    """The registered domains that a page may be of.

    One, for a page with its own URL. Where that is a stand-in: what the page says is its address,
    and the host that it names most; `site`, if it names none.
    """
    if urlsplit(url).hostname not in STAND_INS:
        return frozenset({_registered_domain(url)})
    said = [] if tree is None else _addresses(tree, url)
    return frozenset(_registered_domain(link) for link in said) - STAND_INS or frozenset({site})


def name_of(domain: str) -> str:
    """The part of a registered domain that its owner chose: `bbc` of `bbc.co.uk`."""
    return domain.split(".", maxsplit=1)[0]


def join_publications(pages: Iterable[tuple[str, frozenset[str]]]) -> Mapping[str, str]:
    """The publication of each page, from pairs of its id and its domains.

    Two pages are of one if a name is common to their domains, or to those of pages between them.
    """
    joined: dict[str, str] = {}
    named = [(page_id, sorted(map(name_of, domains))) for page_id, domains in pages]
    for _, names in named:
        first = _root(joined, names[0])
        for name in names[1:]:
            joined[_root(joined, name)] = first
    return {page_id: _root(joined, names[0]) for page_id, names in named}


def _root(joined: dict[str, str], name: str) -> str:
    while joined.setdefault(name, name) != name:
        name = joined[name]
    return name


def _addresses(tree: HtmlElement, url: str) -> list[str]:
    canonical = choose_canonical(gather(tree), page_url=url)
    said = [canonical.value] if canonical else []
    links = (urlsplit(link) for link in tree.xpath("//@href | //@src"))
    named = Counter(link.netloc for link in links if link.scheme in {"http", "https"})
    return said + [f"https://{host}" for host, _ in named.most_common(1)]


def _registered_domain(url: str) -> str:
    host = urlsplit(url).hostname or ""
    found = _PUBLIC_SUFFIXES.extract_str(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])  # a suffix that the list does not know: one label
