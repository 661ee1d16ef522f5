"""Tables and texts in a zip or gzip: a single file is read and named; everything else is refused with a sentence."""

import gzip
import io
import tarfile

import pytest

from core.errors import FileError
from core.files import packed
from core.files.tables import tables
from tests.core.files import packing

TABLE = b"a,b\n1,2\n3,4\n"


@pytest.mark.parametrize(
    "content",
    [packing.zipped({"x/t.csv": TABLE, "__MACOSX/x/._t.csv": b"\0"}), gzip.compress(TABLE),
     packing.deflate64({"t.csv": TABLE})],
)  # fmt: skip
def test_a_single_file_is_read(content: bytes) -> None:
    found = tables.read(content, "own.zip")
    assert (found.names, found.rows) == (["a", "b"], [["1", "2"], ["3", "4"]])


def test_the_file_is_named() -> None:
    assert packed.unpacked(packing.zipped({"x/t.csv": TABLE}), "own.zip")[1] == (
        "Read from the file x/t.csv in the zip.",
    )


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("t.csv"), io.BytesIO())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (packing.zipped({"a.csv": TABLE, "b.csv": TABLE}), r"own holds 2 files \(a.csv, b.csv\)"),
        (packing.zipped({".DS_Store": b"x"}), "own is empty"),
        (packing.locked(packing.zipped({"a.csv": TABLE})), "password"),
        (packing.zipped({"a.csv": bytes(packed.MOST_BYTES + 1)}), "a.csv in own cannot be read: .* more than 50 MB"),
        (packing.zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}), "own is an Excel workbook"),
        (gzip.compress(bytes(packed.MOST_BYTES + 1)), "own is a gzip archive"),
        (gzip.compress(TABLE)[:20], "own is a gzip archive"),
        (tar(), "own is a gzip archive"),
    ],
)  # fmt: skip
def test_what_is_not_one_table_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        tables.read(content, "own")
