"""Labelled texts in the shapes of data sets, files that would grow, and the minimal inputs beside the project."""

import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import FileError
from core.files.tables import parquet, records
from core.labs.emotion.texts import data, grid, own_texts
from tests.core.labs.emotion.small import TEXTS, read, rows

CASES = Path("../shared/cases")


def _columns(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {"text": [text for text, _ in pairs], "label": [label for _, label in pairs]}


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def shapes() -> dict[str, tuple[bytes, str]]:
    """The same texts in the shapes that data sets come in."""
    pairs = rows(80, ("0", "1", "2"))
    records = [{"text": text, "label": int(label)} for text, label in pairs]
    by_column = _columns(pairs)
    numbers = {"text": by_column["text"], "label": [int(label) for label in by_column["label"]]}
    shaped = {
        "lines": "\n".join(map(json.dumps, records)),
        "lines of Windows": "\r\n".join(map(json.dumps, records)) + "\r\n",
        "list": json.dumps(records),
        "list, indented": json.dumps(records, indent=2),
        "columns": json.dumps(numbers),
        "pandas": json.dumps({name: {str(n): value for n, value in enumerate(v)} for name, v in numbers.items()}),
        "by row": json.dumps({str(n): record for n, record in enumerate(records)}),
        "split": json.dumps(
            {"columns": ["text", "label"], "index": list(range(80)), "data": [[r["text"], r["label"]] for r in records]}
        ),
        "data": json.dumps({"version": 1, "data": records}),
        "parts": json.dumps({"train": records[:60], "test": records[60:]}),
        "server": json.dumps({"rows": [{"row_idx": n, "row": record} for n, record in enumerate(records)]}),
        "nested": json.dumps([{"id": n, "data": record} for n, record in enumerate(records)]),
        "single labels in lists": json.dumps([{"text": r["text"], "labels": [r["label"]]} for r in records]),
        "pairs": json.dumps([[r["text"], r["label"]] for r in records]),
    }
    found = {shape: (content.encode(), "own.json") for shape, content in shaped.items()}
    found["no ending"] = (shaped["lines"].encode(), "own.txt")
    found["UTF-16"] = (shaped["lines"].encode("utf-16"), "own.jsonl")
    found["Parquet"] = (_parquet(pa.table(numbers)), "own.parquet")
    found["Parquet, floats"] = (
        _parquet(pa.table({**numbers, "label": list(map(float, numbers["label"]))})),
        "x.parquet",
    )
    found["Parquet, dictionary"] = (
        _parquet(pa.table({**numbers, "label": pa.array(by_column["label"]).dictionary_encode()})),
        "own.parquet",
    )
    return found


@pytest.mark.parametrize("shape", shapes())
def test_every_shape_of_a_data_set_is_read_alike(shape: str) -> None:
    content, name = shapes()[shape]
    found = read(content, name)
    wanted = rows(80, ("0", "1", "2"))
    assert list(zip(found.texts, found.labels, strict=True)) == wanted
    assert found.asked == []
    assert any("labels are numbers" in sentence for sentence in found.told)


def test_names_of_labels_in_a_parquet_file_are_used() -> None:
    features = {"info": {"features": {"label": {"names": ["sad", "glad"], "_type": "ClassLabel"}}}}
    numbers = pa.table({"text": TEXTS, "label": [n % 2 for n in range(80)], "image": [b"x"] * 80})
    found = read(_parquet(numbers.replace_schema_metadata({"huggingface": json.dumps(features)})), "own.parquet")
    assert found.counts == {"sad": 40, "glad": 40}
    assert any("names the numbers of 'label': sad, glad" in sentence for sentence in found.told)


def test_broken_lines_and_rows_with_several_labels_are_left_out_and_told() -> None:
    written = [json.dumps({"text": text, "labels": [label]}) for text, label in rows(80)]
    written[20], written[30] = '{"text": "cut', json.dumps({"text": "two of them", "labels": ["joy", "fear"]})
    found = read("\n".join(written), "own.jsonl")
    assert len(found.texts) == 78
    told = " ".join(found.told)
    assert "Line 21 left out: not a JSON object" in told
    assert "Line 31 left out: several labels" in told


def test_lines_of_fasttext() -> None:
    found = read("".join(f"__label__{label} {text}\n" for text, label in rows()), "train.txt")
    assert list(zip(found.texts, found.labels, strict=True)) == rows()


def repeated_value() -> bytes:
    """A Parquet file of some kilobytes in which 2,000 rows hold one value of 300,000 characters: 600 MB."""
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2000, np.int32)), pa.array(["a" * 300_000]))
    return _parquet(pa.table({"text": column, "label": [1] * 2000}))


# Files that would take far more memory or time than their size; some limits are lowered, so that they stay small here.
BOMBS = {
    "one line": (lambda: b"a" * 1_000_001, "", "1,000,001 characters"),
    "quotation marks": (lambda: b'"' * 1_000_001, "", "1,000,001 characters"),
    "line ends": (lambda: b"\n" * 2_000_001, "", "2,000,001 lines"),
    "columns": (lambda: b"text,label\n" + b"," * 6000, "", "6,001 columns"),
    "cells": (lambda: (b"," * 4000 + b"\n") * 1100, "", "cells"),
    "rows": (lambda: b"text,label\n" + b"ab cd,x\n" * 1001, "grid.MOST_ROWS", "1,002 rows"),
    "objects": (lambda: b"[" + b"{}," * 1100, "records.MOST_MARKS", "values; at most"),
    "empty objects": (lambda: b"[" + b"{}," * 1001 + b"{}]", "records.MOST_ROWS", "more than 1,000 rows"),
    "names": (lambda: b"[{" + b",".join(b'"k%d":1' % n for n in range(300)) + b"}]", "", "more than 200 columns"),
    "Parquet of many rows": (lambda: _parquet(pa.table({"text": ["a"] * 1001})), "parquet.MOST_ROWS", "1,001 rows"),
    "Parquet that says its size": (lambda: _parquet(pa.table({"text": TEXTS})), "parquet.MOST_BYTES", "unpacks to"),
    "Parquet that hides its size": (repeated_value, "parquet.MOST_MEMORY", "too much memory"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_grow_is_refused_before_it_does(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, limit, sentence = BOMBS[bomb]
    content = make()
    if limit:
        module, name = limit.split(".")
        modules = {"grid": grid, "records": records, "parquet": parquet}
        monkeypatch.setattr(modules[module], name, 30_000_000 if name == "MOST_MEMORY" else 1000)
    with pytest.raises(FileError, match=sentence):
        own_texts.of_bytes(content, "own.data", {})


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("t_*")) or ["absent"])
def test_the_minimal_inputs_of_texts(name: str) -> None:
    if not (CASES / name).exists():
        pytest.skip("needs the minimal inputs beside the project")
    right = json.loads((CASES / "right.json").read_text())[name]
    if name == "t_one_column.csv":
        with pytest.raises(FileError, match="a column of texts and one of labels are needed"):
            data.reading(CASES / name, name, {})
        return
    if name == "t_same_column_twice.csv":
        with pytest.raises(FileError, match="cannot be the same column"):
            data.reading(CASES / name, name, {"text": "label", "label": "label"})
    found = data.reading(CASES / name, name, {})
    keys = set(right) - {"must", "words", "line_of_last"}  # the line: that of the file itself, see below
    assert {key: found.summary[key] for key in keys} == {key: right[key] for key in keys}
    if name == "t_line_numbers.csv":
        assert (CASES / name).read_text().split("\n")[found.summary["line_of_last"] - 1].endswith("truly upset,joy")
