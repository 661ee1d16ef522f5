"""Labelled texts as people have them are read right, asked about, or refused by a sentence that says what to do."""

import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from core.__main__ import main
from core.errors import FileError, TamrinError
from core.text import charts, data, labels, measures, own_texts
from tests.core.text import dialects

CASES = Path("../shared/cases")
WHO, DID = ("my cat", "the bus", "her old car", "our garden", "this town"), ("came", "went", "sang", "fell")


def sentence(n: int) -> str:
    return (
        f"{WHO[n % 5]} {DID[n // 5 % 4]} back again, day {n}"
        if n % 7 == 0
        else f"{WHO[n % 5]} {DID[n // 5 % 4]} on {n}"
    )


def rows(count: int = 80, classes: tuple[str, ...] = ("joy", "fear")) -> list[tuple[str, str]]:
    return [(sentence(n).replace(",", ""), classes[n % len(classes)]) for n in range(count)]


def lined(pairs: list[tuple[str, str]], between: str = ",", names: str = "text,label") -> str:
    head = names.replace(",", between) + "\n" if names else ""
    return head + "".join(f"{text}{between}{label}\n" for text, label in pairs)


def read(content: str | bytes, name: str = "own.csv", **answers: str) -> own_texts.Labelled:
    return own_texts.of_bytes(content.encode() if isinstance(content, str) else content, name, answers)


@pytest.mark.parametrize("seed", range(40))
def test_generated_files_are_read_exactly(seed: int) -> None:
    found = dialects.made(seed)
    assert dialects.judged(found) == "right", found.style


def test_every_word_is_a_label() -> None:
    found = read(lined(rows(80, ("None", "NA", "null", "NaN", "n/a", "joy", "-", "?"))))
    assert found.counts == dict.fromkeys(("None", "NA", "null", "NaN", "n/a", "joy", "-", "?"), 10)
    assert any("labels like any other" in sentence for sentence in found.told)


@pytest.mark.parametrize(
    ("written", "one"),
    [
        (("joy", "Joy", "JOY"), "joy"),
        (("joy", " joy ", "joy.", '"joy"', "joy,"), "joy"),
        (("very happy", "very_happy", "Very-Happy", "very  happy"), "very happy"),
        (("شادي", "شادی", "شـادی", "شادِی"), "شادی"),
        (("1", "1.0", "01", "۱"), "1"),
        (("İyi", "iyi", "IYI"), "iyi"),
        (("joy\u200f", "joy\u00a0", "\ufeffjoy"), "joy"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_spellings_of_one_label_are_one_class_and_told(written: tuple[str, ...], one: str) -> None:
    content = json.dumps([{"text": sentence(n), "label": "other" if n % 2 else written[n // 2 % len(written)]}
                          for n in range(80)])  # fmt: skip
    found = read(content, "own.json")
    assert len(found.counts) == 2
    assert labels.key(next(label for label in found.counts if label != "other")) == labels.key(one)
    if len({labels.clean(label) for label in written}) > 1:
        assert any("are read as one label" in sentence for sentence in found.told)
        assert len(read(content, "own.json", spellings="apart").counts) > 2


@pytest.mark.parametrize(
    "different", [("-1", "1"), ("+", "-"), ("año", "ano"), ("C", "C++"), ("1", "10"), (":)", ":(")]
)
def test_labels_that_differ_stay_apart(different: tuple[str, str]) -> None:
    assert set(read(lined(rows(classes=different))).counts) == set(different)


def test_single_letters_that_differ_by_case_are_asked_about() -> None:
    found = read(lined(rows(classes=("A", "a", "b", "c"))))
    assert [question.name for question in found.asked] == ["spellings"]
    assert len(read(lined(rows(classes=("A", "a", "b", "c"))), spellings="apart").counts) == 4


def test_lone_quotation_marks_swallow_no_row() -> None:
    pairs = rows(100)
    for line in (10, 11, 40, 41, 42, 77):
        pairs[line] = (f'"{pairs[line][0]}', pairs[line][1])
    for line in (12, 50):
        pairs[line] = (f'{pairs[line][0]}"', pairs[line][1])
    for between in ",;\t|":
        found = read(lined(pairs, between))
        assert list(zip(found.texts, found.labels, strict=True)) == pairs, between
        assert any("quotation mark" in sentence and "Lines 12, 13" in sentence for sentence in found.told)


def test_quoted_cells_over_several_lines_stay_one_and_lines_are_those_of_the_file() -> None:
    pairs = rows(80)
    written = "".join(f'"{text}\n""{n}""",{label}\n' for n, (text, label) in enumerate(pairs))
    found = read("text,label\n" + written)
    assert found.lines == [2 + 2 * n for n in range(80)]
    assert found.texts[3] == f'{pairs[3][0]}\n"3"'
    dataset = data.split(found)
    assert {int(line) for part in (dataset.train, dataset.test) for line in part.lines} <= {
        2 * n + 1 for n in range(80)
    }


def test_unicode_line_separators_end_no_line() -> None:
    pairs = [(f"{text}\u2028more\x85", label) for text, label in rows()]
    found = read(lined(pairs))
    assert (len(found.texts), found.lines[-1]) == (80, 81)


def test_lines_without_a_label_are_named_by_their_number() -> None:
    written = lined(rows(100), ";", "").split("\n")
    written[36] = "a line without any label"
    written[10] = "so; many; signs; " + written[10]
    written[50] = written[50].rpartition(";")[0] + ";"
    found = read("\n".join(written), "own.txt")
    assert (found.rows, len(found.texts), found.without_label) == (99, 98, [37, 51])
    assert found.texts[10].startswith("so; many; signs; ")
    assert any("lines 37, 51 left out" in sentence for sentence in found.told)
    assert any(sentence.startswith("Line 11: a semicolon inside the text") for sentence in found.told)


def test_names_of_columns_in_other_languages_and_files_without_names() -> None:
    for names in ("Text,Kategorie", "текст,тональность", "متن,احساس", "commentaire,émotion", "review,sentiment"):
        found = read(lined(rows(), ";", names))
        assert (found.rows, len(found.counts), found.asked) == (80, 2, [])
    for style in ("", "\ufeff", "\n\n"):
        found = read(style + lined(rows(100, ("0", "4")), ",", ""))
        assert (found.rows, found.counts) == (100, {"0": 50, "4": 50})
        assert any("no line of names" in sentence for sentence in found.told)
        assert any("labels are numbers" in sentence for sentence in found.told)


def table(*columns: tuple[str, list[str]], count: int = 80) -> str:
    body = ["\t".join(cells[n % len(cells)] for _, cells in columns) for n in range(count)]
    return "\n".join(["\t".join(name for name, _ in columns), *body]) + "\n"


TEXTS = [sentence(n) for n in range(80)]
NUMBERS = [str(n) for n in range(80)]
MOODS, SPEAKERS = ["joy", "fear", "anger"], ["Ann", "Bob", "Cid", "Dan", "Eve"]


@pytest.mark.parametrize(
    ("columns", "text", "label", "asked"),
    [
        ([("", NUMBERS), ("comment", TEXTS), ("label", ["SAD", "HAPPY"]), ("label_id", ["1", "0"])],
         "comment", "label", []),
        ([("id", NUMBERS), ("Utterance", TEXTS), ("Speaker", SPEAKERS), ("Emotion", MOODS)],
         "Utterance", "Emotion", []),
        ([("Utterance", TEXTS), ("Emotion", MOODS), ("Sentiment", ["good", "bad"])], "Utterance", "Emotion", ["label"]),
        ([("x1", TEXTS), ("x2", SPEAKERS), ("x3", MOODS)], "x1", None, ["label"]),
        ([("target", ["0", "4"]), ("ids", NUMBERS), ("user", SPEAKERS), ("text", TEXTS)], "text", "target", []),
        ([("title", TEXTS), ("summary", TEXTS[::-1]), ("class", MOODS)], None, "class", ["text"]),
        ([("text", TEXTS), ("text", TEXTS[::-1]), ("label", MOODS)], None, "label", ["text"]),
        ([("text", TEXTS), ("label", MOODS), ("split", ["train", "test"])], "text", "label", []),
        ([("word", [f"w{n}" for n in range(80)]), ("label", MOODS)], "word", "label", []),
    ],
    ids=["index", "speaker", "two labels", "no names that say it", "sentiment140", "two texts", "one name twice",
         "split", "words"],
)  # fmt: skip
def test_the_columns_are_found_or_asked_for(columns: list, text: str | None, label: str | None, asked: list) -> None:
    content = table(*columns)
    found = read(content, "own.tsv")
    assert [question.name for question in found.asked] == asked
    if found.complete:
        assert text is None or found.text == text
        assert label is None or found.label == label
    names = [question.choices for question in found.asked][:1] or [tuple(found.names)]
    for role, wanted in (("text", found.names[-1]), ("label", found.names[-1])):
        other = {"text": "label", "label": "text"}[role]
        chosen = {role: wanted, other: names[0][1] if names[0][1] != wanted else names[0][0]}
        assert getattr(read(content, "own.tsv", **chosen), role) == wanted


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"text": "label", "label": "label"}, "cannot be the same column"),
        ({"label": "text"}, "80 different labels|different texts with a label"),
        ({"text": "mood"}, "no column 'mood'; its columns are text, label"),
        ({"header": "perhaps"}, "'perhaps' does not answer 'header'"),
        ({"encoding": "klingon"}, "no encoding called 'klingon'"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: dict, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        data.own(lined(rows()).encode(), "own.csv", answers)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"text\n" + b"hi there, you\n" * 70, "x.csv", "one column only"),
        (b"", "x.csv", "is empty"),
        (b"<html><body>" + b"<p>a;b</p>" * 99, "x.csv", "web page"),
        (b"PK\x03\x04" + b"xl/" * 99, "x.csv", "Excel workbook"),
        (b"PAR1 and then nothing", "x.parquet", "not a Parquet file"),
        (b'{"text": "a", "label": ', "x.json", "Line 1 of x.json is not valid JSON"),
        (b'[{"text": "a", "label": 1}', "x.json", "cut off"),
        (b"[1, 2, 3]", "x.json", "single value"),
        (b'{"a": {"b": 1}}', "x.json", "no list of rows"),
        (b"[" * 200_000, "x.json", "too deeply"),
        (b'{"text": ["a"], "label": ' + b"[" * 200_000, "x.json", "too deeply"),
        (
            lined([(f"text {n} of many", f"l{n}") for n in range(90)]).encode(),
            "x.csv",
            "90 different labels|holds labels",
        ),
        (lined(rows(80, ("joy",))).encode(), "x.csv", "1 different labels"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_sentence_that_helps(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        data.own(content, name)


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
        "split": json.dumps({"columns": ["text", "label"], "index": list(range(80)),
                             "data": [[r["text"], r["label"]] for r in records]}),
        "data": json.dumps({"version": 1, "data": records}),
        "parts": json.dumps({"train": records[:60], "test": records[60:]}),
        "server": json.dumps({"rows": [{"row_idx": n, "row": record} for n, record in enumerate(records)]}),
        "nested": json.dumps([{"id": n, "data": record} for n, record in enumerate(records)]),
        "single labels in lists": json.dumps([{"text": r["text"], "labels": [r["label"]]} for r in records]),
        "pairs": json.dumps([[r["text"], r["label"]] for r in records]),
    }  # fmt: skip
    found = {shape: (content.encode(), "own.json") for shape, content in shaped.items()}
    found["no ending"] = (shaped["lines"].encode(), "own.txt")
    found["UTF-16"] = (shaped["lines"].encode("utf-16"), "own.jsonl")
    found["Parquet"] = (_parquet(pa.table(numbers)), "own.parquet")
    found["Parquet, floats"] = (
        _parquet(pa.table({**numbers, "label": list(map(float, numbers["label"]))})),
        "x.parquet",
    )
    found["Parquet, dictionary"] = (
        _parquet(pa.table({**numbers, "label": pa.array(by_column["label"]).dictionary_encode()})), "own.parquet"
    )  # fmt: skip
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
    assert "Line 21 left out: no JSON object" in told
    assert "Line 31 left out: several labels" in told


def test_lines_of_fasttext() -> None:
    found = read("".join(f"__label__{label} {text}\n" for text, label in rows()), "train.txt")
    assert list(zip(found.texts, found.labels, strict=True)) == rows()


def test_contradictions_repeats_and_long_texts_are_counted_and_told() -> None:
    pairs = [
        *rows(80, ("joy",)),
        *rows(30, ("fear",)),
        *rows(20, ("joy",)),
        *[(f"else {n} b", "fear") for n in range(60)],
    ]
    pairs += [("w " * 900, "joy"), ("", "joy"), ("no label here", "")]
    found = read(lined(pairs))
    assert (found.rows, found.contradicting, found.different) == (193, 30, 142)
    assert (found.longest, found.over) == (900, 1)
    told = " ".join(found.told)
    assert "30 texts have different labels in different rows" in told
    assert "50 rows repeat a text" in told
    assert "1 text has more than 500 words (the longest 900)" in told
    assert "1 row has no label: line 194 left out" in told
    dataset = data.split(found)
    whole = {text: dataset.classes[label] for part in (dataset.train, dataset.validation, dataset.test)
             for text, label in zip(part.texts, part.labels, strict=True)}  # fmt: skip
    assert whole[pairs[0][0]] == "joy"
    assert len(whole) == 141


def test_a_label_without_a_test_text_has_no_figures() -> None:
    pairs = [*rows(200), ("a rare text", "anger"), ("another rare text", "anger")]
    found = data.own(lined(pairs).encode(), "own.csv")
    counts = [Counter(found.classes[n] for n in part.labels) for part in (found.train, found.validation, found.test)]
    if "anger" in found.classes:
        assert counts[0]["anger"]
        assert counts[2]["anger"] or any("'anger' is in no text of the test part" in note for note in found.notes)
    else:
        assert any("The label 'anger' is left out" in note for note in found.notes)
    matrix = np.array([[8, 2, 0], [0, 0, 0], [3, 1, 0]])
    figures = measures.per_class(matrix)
    for values in figures.values():
        assert np.isnan(values).tolist()[1]
    assert np.isnan(figures["precision"][2])
    assert (figures["recall"][2], figures["f1"][2]) == (0, 0)
    truth, said = np.array([0] * 3 + [2]), np.eye(3)[[0, 0, 1, 2]]
    plain = measures.evaluation(truth, said, ["a", "b", "c"])
    assert (plain["f1"][1], plain["recall"][1], plain["precision"][1]) == (None, None, None)
    assert json.loads(json.dumps(plain, allow_nan=False))["macro_f1"] == pytest.approx((0.8 + 1) / 2)
    drawn = charts.confusion(matrix, ["a", "b", "c"], True).data[0]
    assert np.isnan(drawn.z[1]).all()
    assert (drawn.y[1], drawn.text[1].tolist()) == ("b (no text)", ["", "", ""])


def test_a_label_that_the_training_part_would_lack_is_left_out_and_told() -> None:
    lacking = 0
    for n in range(12):
        pairs = rows(70)
        pairs.insert(5 * n, ("the only one of its kind", "anger"))
        found = data.own(lined(pairs).encode(), "own.csv")
        lacking += any("The label 'anger' is left out" in note for note in found.notes)
        assert set(found.train.labels) == set(range(len(found.classes)))
    assert 0 < lacking < 12


def test_the_table_to_take_home_holds_what_is_learned_from() -> None:
    content = lined([*rows(80), *rows(5)]).encode()
    again = read(data.table(content, "own.csv", {}))
    first = data.own(content, "own.csv")
    assert again.texts == [text for text, _ in rows(80)]
    assert data.split(again).train.texts == first.train.texts


def test_the_command_prints_a_reading_a_line(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(lined(rows(), names="said,mood"))
    (tmp_path / "open.csv").write_text(table(("x1", TEXTS), ("x2", SPEAKERS), ("x3", MOODS)))
    (tmp_path / "bad.csv").write_text("text\n" + "hello there\n" * 90)
    files = [str(tmp_path / name) for name in ("good.csv", "open.csv", "bad.csv")]
    out = CliRunner().invoke(main, ["read", *files, "--as", "texts", "--json"]).output.splitlines()
    good, asked, bad = map(json.loads, out)
    assert (good["rows"], good["labels"], good["asked"]) == (80, {"joy": 40, "fear": 40}, [])
    assert (asked["asked"][0]["name"], asked["asked"][0]["choices"]) == ("label", ["x1", "x2", "x3"])
    assert "labels" not in asked
    assert set(bad) == {"file", "refused"}
    answered = ["read", files[1], "--as", "texts", "--json", "--answer", "label=x3"]
    assert json.loads(CliRunner().invoke(main, answered).output)["labels"] == {"joy": 27, "fear": 27, "anger": 26}


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
