"""Tables as people have them are read right, or say what was assumed."""

import json

import numpy as np
import pytest

from core.errors import TableError
from core.files import kinds
from core.labs.from_scratch.data import tables

WORDS = ("yes", "no")


def body(row: str, count: int = 60) -> str:
    return "".join(row.format(n=n, word=WORDS[n % 2], part=n % 7) + "\n" for n in range(count))


@pytest.mark.parametrize(
    ("content", "columns", "inputs", "told"),
    [
        ("size;weight;kind\n" + body("{n},2{part};1,{part}5;{word}"), "size weight kind", "size weight", "comma"),
        (body("{n},1{n},{word}"), "column 1|column 2|column 3", "column 1|column 2", "no header row"),
        ("a,a,kind\n" + body("{n},{part},{word}"), "a|a (column 2)|kind", "a|a (column 2)", "called 'a'"),
        ("a,b,kind,\n" + body("{n},{part},{word},"), "a b kind", "a b", ""),
        (
            "a,kind\n" + body("{n},{word}").replace("0,yes", "0,Yes").replace("1,no", "1, NO "),
            "a kind",
            "a",
            "'NO', 'no' in column 'kind' are spellings of one word, 'no'",
        ),
        ("a,kind\n" + body("{n},{word}") + "1770,Total\n", "a kind", "a", "Line 62 left out: 'Total' is a sum"),
        ("a,note,kind\n" + body('{n},"so, {n}\nor so",{word}'), "a note kind", "a", "free text: note"),
        (json.dumps([{"a": n, "kind": WORDS[n % 2]} for n in range(60)]), "a kind", "a", "Read as: JSON;"),
        ("a;Größe;kind\n" + body("{n};{part};{word}"), "a Größe kind", "a Größe", "Windows-1252"),
    ],
)
def test_dialects(content: str, columns: str, inputs: str, told: str, tmp_path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content.encode("cp1252"))
    found = kinds.read("table", path).as_json()
    mark = "|" if "|" in columns else " "
    assert (found["columns"], found["inputs"]) == (columns.split(mark), inputs.split(mark))
    assert (found["rows"], found["classes"]) == (60, {"no": 30, "yes": 30})
    assert told in " ".join(found["told"])


def test_question_marks_are_missing_and_no_class() -> None:
    table = tables.parse(("power,sold\n?,yes\n5,?\n" + body("{n},{word}")).encode(), "own.csv", "sold")
    assert (table.columns, table.classes, len(table.inputs)) == (("power",), ("no", "yes"), 61)


def test_another_table_may_spell_words_in_another_way_and_new_ones_are_told() -> None:
    rows = "".join(f"{n},{('Red', 'BLUE', 'green')[n % 3]},{('YES', 'No')[n % 2]}\n" for n in range(60))
    columns = ("size", "colour = red", "colour = blue")
    found = tables.labelled(f"size,colour,sold\n{rows}".encode(), "b.csv", ["sold"], columns, ["no", "yes"])
    assert np.bincount(found.targets).tolist() == [30, 30]
    assert found.inputs[:, 1:].sum(axis=0).tolist() == [20, 20]
    assert "none of its own: colour = green" in " ".join(found.notes)


def test_none_and_na_stay_classes() -> None:
    content = "size,kind\n" + body("{n},None") + body("{n},NA")
    assert tables.parse(content.encode(), "own.csv", "kind").classes == ("NA", "None")


def test_decimals_of_a_comma_have_their_values() -> None:
    table = tables.parse(("size;kind\n" + body("{n},25;{word}")).encode(), "own.csv", "kind")
    assert table.inputs[3, 0] == 3.25


def understood(content: str, tmp_path, **answers: str):
    path = tmp_path / "own.csv"
    path.write_bytes(content.encode())
    return kinds.read("table", path, answers=answers)


def test_an_open_decimal_sign_is_asked_and_the_answer_counts(tmp_path) -> None:
    content = "size;kind\n" + body("{part}1,25{part};{word}")
    (question,) = understood(content, tmp_path).asked
    assert (question.name, question.choices, question.assumed) == ("decimal", (",", "."), ",")
    for sign, first in ((",", 1.25), (".", 1250)):
        found = understood(content.replace("01", "1"), tmp_path, decimal=sign)
        assert found.asked == ()
        assert found.preview[0]["size"] == f"{first:,.10g}"


def test_names_and_separator_can_be_answered(tmp_path) -> None:
    content = body("{n},{part},{word}")
    assert understood(content, tmp_path, header="no").summary["rows"] == 60
    assert understood(content, tmp_path, header="yes", delimiter=",").summary["columns"] == ["0", "0 (column 2)", "yes"]
    content = "a|b;c\n" + body("{word}|{part};{n}")
    assert understood(content, tmp_path, delimiter=";", target="a|b").summary["columns"] == ["a|b", "c"]
    assert understood(content.replace(";", "|"), tmp_path, delimiter="|").summary["columns"] == ["a", "b", "c"]


def test_rows_used_and_left_out_are_told_with_their_lines(tmp_path) -> None:
    found = understood("size,sold\n1,?\n2,\n" + body("{n},{word}"), tmp_path)
    assert found.told[0] == "Read as: comma between columns; 2 columns, 1 of them numbers; 62 rows, 60 used."
    assert "Lines 2, 3 left out: no value in 'sold'." in found.told
    assert found.preview[1] == {"line": "3", "size": "2", "sold": "missing"}


def test_a_last_column_that_cannot_be_learned_is_no_target(tmp_path) -> None:
    found = understood("size,sold,name\n" + body("{n},{word},person {n}"), tmp_path)
    assert found.summary["target"] == "sold"
    assert "'name' has 60 different words" in " ".join(found.told)


PAIRS = [("2.5", "a"), ("3.5", "b"), ("4.5", "c")] * 12
# Files as R, data bases, Markdown and Weka write them, and what is told.
FORMS = {
    "blanks around commas": (" x , y \n" + "".join(f" {x} , {y} \n" for x, y in PAIRS), "comma between columns"),
    "R, row names": ('"x" "y"\n' + "".join(f'"{n}" {x} "{y}"\n' for n, (x, y) in enumerate(PAIRS, 1)), "only counts"),
    "R without quotes": ("x y\n" + "".join(f"{n} {x} {y}\n" for n, (x, y) in enumerate(PAIRS, 1)), "only counts"),
    "pandas": (",x,y\n" + "".join(f"{n},{x},{y}\n" for n, (x, y) in enumerate(PAIRS)), "only counts the rows"),
    "Markdown": ("| x | y |\n|:--|---|\n" + "".join(f"| {x} | {y} |\n" for x, y in PAIRS), "Line 2 left out"),
    "a data base": (" x | y \n----+---\n" + "".join(f" {x} | {y} \n" for x, y in PAIRS), "Line 2 left out"),
    "Weka": ("% made\n@relation m\n@attribute x real\n@ATTRIBUTE 'y' {a,b,c}\n\n@data\n% more\n"
             + "".join(f"{x},'{y}'\n" for x, y in PAIRS), "comma between columns"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_other_programs(form: str) -> None:
    content, told = FORMS[form]
    frame = tables.frame_of(content.encode(), "own.csv")
    assert list(frame.columns) == ["x", "y"]
    assert (frame["x"].tolist(), frame["y"].tolist()) == ([float(x) for x, _ in PAIRS], [y for _, y in PAIRS])
    assert told in " ".join([tables._line(frame), *frame.attrs["told"]])
    assert content.split("\n")[frame.attrs["lines"][-1] - 1] == content.rstrip("\n").split("\n")[-1]


def test_a_first_column_without_a_name_stays_if_it_is_the_only_input() -> None:
    content = ",y\n" + "".join(f"{n},{x}\n" for n, (x, _) in enumerate(PAIRS))
    assert list(tables.frame_of(content.encode(), "own.csv").columns) == ["column 1", "y"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("1 1:0.5 3:2\n-1 2:0.1\n" * 20, "LIBSVM"), ("@relation m\n@attribute x real\n@data\n{0 1}\n", "sparse ARFF")],
)
def test_sparse_formats_are_refused_by_their_names(content: str, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        tables.frame_of(content.encode(), "own.csv")
