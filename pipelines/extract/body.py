"""The text of an article. The only import of trafilatura."""

import logging

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines.errors import ExtractionError
from pipelines.extract.blocks import to_blocks
from pipelines.records import Block

# What trafilatura and lxml raise on pages they cannot take; a MemoryError is the worker's matter.
_FAILURES = (
    etree.LxmlError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

# It logs every page it finds nothing on; the ledger says so already.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract_body(tree: HtmlElement, *, url: str) -> tuple[Block, ...]:
    """The article's blocks in page order; empty if trafilatura finds none. The tree is only read.

    Raises:
        ExtractionError: trafilatura or lxml failed on this tree.
    """
    try:
        document = bare_extraction(
            tree, url=url, with_metadata=False, include_comments=False, output_format="python"
        )
    except _FAILURES as error:
        raise ExtractionError(
            f"{type(error).__name__}: {error}", url=url, step="extract"
        ) from error
    return () if document is None else to_blocks(document.body)
