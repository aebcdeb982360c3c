"""Articles as a Parquet file: typed columns, zstd, written as they come.

pyarrow takes 170 MB, so it is an extra of the package.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from db.errors import QueryRefused
from db.export import EXPORT_COLUMNS, EXPORT_SCHEMA, export_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

    from pyarrow import DataType, Schema

    from db.stored_articles import StoredArticle

ROWS_A_GROUP = 2_000
"""About 10 MB of articles at once."""
TEXTS = frozenset(
    {
        "url", "site", "source", "title", "language", "section", "image_url", "image_caption",
        "site_name", "description", "content_hash", "text",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {"schema", "word_count", "revision", "published_offset_minutes", "modified_offset_minutes"}
)
TIMES = frozenset({"published_at", "modified_at", "first_fetched_at", "fetched_at"})
LISTS = frozenset({"authors", "tags"})
TRUTHS = frozenset({"paywalled", "noindex", "noarchive", "noai", "tdm_reserved"})


def write_parquet(
    articles: Iterable[StoredArticle], file: BinaryIO, columns: Sequence[str] | None = None
) -> int:
    """Columns of an export with their types, times as UTC timestamps; how many articles.

    Raises:
        QueryRefused: pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and slow to import
        import pyarrow.parquet  # noqa: PLC0415 - as above
    except ImportError as error:
        raise QueryRefused(
            "Parquet needs pyarrow: pip install 'winnow-news[parquet]', or export .jsonl or .csv"
        ) from error
    names = columns or EXPORT_COLUMNS
    schema, count = _schema(names), 0
    rows = (export_values(article, names) for article in articles)
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(itertools.islice(rows, ROWS_A_GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _schema(names: Sequence[str]) -> Schema:
    import pyarrow  # noqa: PLC0415 - as above

    fields = [(name, _type(name)) for name in names]
    return pyarrow.schema(fields, metadata={"winnow.schema": str(EXPORT_SCHEMA)})


def _type(name: str) -> DataType:
    import pyarrow as pa  # noqa: PLC0415 - as above

    link = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("url", pa.string())])
    block = [
        ("kind", pa.string()), ("text", pa.string()), ("level", pa.int32()),
        ("links", pa.list_(link)),
    ]  # fmt: skip
    kinds = {
        pa.string(): TEXTS,
        pa.int32(): NUMBERS,
        pa.timestamp("us", tz="UTC"): TIMES,
        pa.list_(pa.string()): LISTS,
        pa.bool_(): TRUTHS,
        pa.int64(): {"id"},
        pa.list_(pa.struct(block)): {"blocks"},
    }
    return next(kind for kind, members in kinds.items() if name in members)
