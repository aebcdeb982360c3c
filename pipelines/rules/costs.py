"""Whether an expression is quick enough to be asked of every page."""

from time import process_time

from lxml import etree

from pipelines.rules.expressions import compile_path
from pipelines.rules.records import OF_ELEMENTS, Rule

MAX_PROBE_SECONDS = 0.5
"""Of CPU, for an expression on the page below; a sound one takes a few milliseconds."""
PROBE_ROWS = 1_500


def is_slow(rule: Rule) -> bool:
    """Whether a rule's expression takes long on a page of many elements, wide and deep.

    To be run where it can be stopped: an expression may take hours.
    """
    if rule.kind not in OF_ELEMENTS:
        return False
    path, page = compile_path(rule.kind, rule.value), _probe()
    started = process_time()
    try:
        path(page)
    except etree.XPathError:  # beyond libxml2's own limits: it says nothing, at once
        return False
    return process_time() - started > MAX_PROBE_SECONDS


def _probe() -> etree._Element:
    row = '<p class="a b" id="c">text <a href="/d">of a link</a></p>'
    deep = 200
    html = f"<body>{row * PROBE_ROWS}{'<div>' * deep}{row}{'</div>' * deep}</body>"
    return etree.fromstring(html, etree.HTMLParser())
