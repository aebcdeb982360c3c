"""Hosts: their registered domain, and the labels that only name a mirror."""

from functools import lru_cache

from tldextract import TLDExtract

from pipelines.url_rules import MIRROR_LABELS

# The bundled snapshot only: with the default arguments the first call downloads the list.
# Private suffixes count: two blogs on one platform are two publications.
_PUBLIC_SUFFIXES = TLDExtract(
    suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True, include_psl_private_domains=True
)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """The part of a host that one owner registered: `example.co.uk` of `news.example.co.uk`.

    A port stays, since two ports of one name are two servers; an address or a name without a dot
    is its own domain. `host` is as `host_of` gives it.
    """
    name, port = split_port(host)
    return _registered_name(name) + port


@lru_cache(maxsize=4096)
def without_mirror_labels(host: str) -> str:
    """The host without www, m, mobile and amp left of its registered domain."""
    domain = registered_domain(host)
    labels = host.removesuffix(domain).split(".")
    return ".".join(label for label in labels if label not in MIRROR_LABELS) + domain


def split_port(host: str) -> tuple[str, str]:
    """Name and `:port`, the latter empty if there is none."""
    name, colon, port = host.rpartition(":")
    return (name, colon + port) if colon and not host.endswith("]") else (host, "")


def _registered_name(name: str) -> str:
    if name.startswith("[") or name.replace(".", "").isdigit():
        return name
    found = _PUBLIC_SUFFIXES.extract_str(name)
    if found.suffix:
        return found.top_domain_under_public_suffix or name
    # The list's own rule for suffixes it does not know: the last label is one.
    return ".".join(name.split(".")[-2:])
