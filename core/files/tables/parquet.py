"""Read the columns of a Parquet file as rows of text cells; the limits apply to the unpacked size."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from core.errors import FileError
from core.files import messages
from core.files.tables.records import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Records, cell_of
from core.jobs.scratch import data_bytes

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
MOST_BYTES = 200_000_000  # of all columns, unpacked
MOST_MEMORY = 600_000_000  # above the present use of the process, for files with false headers
BATCH = 2_000  # rows unpacked at a time


def read(content: bytes, name: str) -> Records:
    """Read the rows of a Parquet file; binary columns, such as images, are left out. FileError for other files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _bounded(MOST_MEMORY), pq.ParquetFile(pa.BufferReader(content)) as opened:
            columns = _columns(opened.schema_arrow, name)
            _check(opened.metadata, columns, name)
            return _rows(opened, columns, name)
    except MemoryError:  # pyarrow's error is one as well
        raise FileError(messages.memory_too_large.format(name=name)) from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileError(messages.no_parquet.format(name=name, reason=str(error).splitlines()[0][:120])) from None


def _columns(schema: "pa.Schema", name: str) -> list[str]:
    import pyarrow as pa

    kept = [column.name for column in schema if not pa.types.is_binary(column.type) and not _holds_bytes(column.type)]
    if not kept:
        raise FileError(messages.no_columns.format(name=name))
    if len(kept) > MOST_COLUMNS:
        raise FileError(messages.too_many_columns.format(name=name, columns=len(kept), most=MOST_COLUMNS))
    return kept


def _holds_bytes(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return pa.types.is_struct(kind) and any(pa.types.is_binary(kind.field(at).type) for at in range(kind.num_fields))


def _check(metadata: Any, columns: list[str], name: str) -> None:
    """Raise a FileError if the metadata say that the file is too large."""
    rows, unpacked = metadata.num_rows, 0
    if rows > MOST_ROWS:
        raise FileError(messages.too_many_rows.format(name=name, rows=rows, most=MOST_ROWS))
    if rows * len(columns) > MOST_CELLS:
        raise FileError(messages.too_many_cells.format(name=name, most=MOST_CELLS))
    for group in range(metadata.num_row_groups):
        chunks = (metadata.row_group(group).column(at) for at in range(metadata.row_group(group).num_columns))
        unpacked += sum(c.total_uncompressed_size for c in chunks if c.path_in_schema.split(".")[0] in columns)
    if unpacked > MOST_BYTES:
        raise FileError(_too_large(name))


def _too_large(name: str) -> str:
    return messages.unpacks_to_more_rows.format(name=name, most=MOST_BYTES // 1_000_000)


def _rows(opened: Any, columns: list[str], name: str) -> Records:
    made = Records(list(columns), unit="row", kind="Parquet")
    classes = _class_names(opened.schema_arrow, made)
    size = 0
    for batch in opened.iter_batches(BATCH, columns=columns):
        size += batch.nbytes
        if size > MOST_BYTES:
            raise FileError(_too_large(name))
        cells = [_texts(batch.column(at), classes.get(column)) for at, column in enumerate(columns)]
        made.rows += [list(row) for row in zip(*cells, strict=True)]
    made.lines = list(range(1, len(made.rows) + 1))
    if not made.rows:
        raise FileError(messages.empty.format(name=name))
    return made


def _texts(column: "pa.Array", names: list[str] | None) -> list[str]:
    if names:
        return [
            names[value] if isinstance(value, int) and 0 <= value < len(names) else cell_of(value)
            for value in column.to_pylist()
        ]
    return [cell_of(value) for value in column.to_pylist()]


def _class_names(schema: "pa.Schema", made: Records) -> dict[str, list[str]]:
    """Return the class names of label columns, which data sets of the Hugging Face hub store in the schema."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        found = {
            column: [str(name) for name in feature["names"]]
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    for column, names in found.items():
        if column in made.names:
            listed = ", ".join(names[:8]) + ", ..." * (len(names) > 8)
            made.told.append(messages.class_names.format(column=column, names=listed))
    return found


@contextlib.contextmanager
def _bounded(most: int) -> Iterator[None]:
    """Limit the memory that this process may allocate further to `most` bytes for a while; MemoryError beyond it."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = data_bytes() + most
    resource.setrlimit(resource.RLIMIT_DATA, (limit if soft == resource.RLIM_INFINITY else min(limit, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
