"""The labelled pages beside the repository, and their own scorer."""

import gzip
import hashlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

from lxml.html import HtmlElement

from pipelines.decode import decode_body
from pipelines.parse import parse_html


def read_rows(corpus: Path) -> list[dict]:
    """What is said of each page, in the corpus' order."""
    with (corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_html(corpus: Path, row: dict) -> bytes:
    """The page's bytes."""
    return gzip.decompress((corpus / row["html"]).read_bytes())


def parse_page(body: bytes) -> HtmlElement | None:
    """The page's tree; None if nothing is in it."""
    return parse_html(decode_body(body, None))


def digest_of(corpus: Path) -> str:
    """SHA-256 of the list of pages, in hexadecimal."""
    return hashlib.sha256((corpus / "pages.jsonl").read_bytes()).hexdigest()


def load_scorer(corpus: Path) -> ModuleType:
    """The corpus' own `score.py`.

    Raises:
        SystemExit: There is none.
    """
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"no score.py in {corpus}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
