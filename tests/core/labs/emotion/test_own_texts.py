"""Labelled texts as people have them are read right, asked about, or refused by a sentence that says what to do."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from core.__main__ import main
from core.errors import TamrinError
from core.labs.emotion import charts, measures
from core.labs.emotion.texts import cutting, data, labels, own_texts
from tests.core.labs.emotion import dialects
from tests.core.labs.emotion.small import MOODS, NUMBERS, SPEAKERS, TEXTS, lined, read, rows, sentence, table

CASES = Path("../shared/cases")


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
    content = json.dumps(
        [{"text": sentence(n), "label": "other" if n % 2 else written[n // 2 % len(written)]} for n in range(80)]
    )
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


def test_cells_over_several_lines_are_found_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "PATIENCE", 500)
    written = "".join(f'"{text}, or so\nsecond line",{label}\n' for text, label in rows())
    assert read("text,label\n" + written).lines == [2 + 2 * n for n in range(80)]


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
        assert any("no header row" in sentence for sentence in found.told)
        assert any("labels are numbers" in sentence for sentence in found.told)


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
    assert found.complete or asked
    if found.complete:  # also where the answer to what is asked is assumed
        assert text in (None, found.text)
        assert label in (None, found.label)
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
        (b'{"a": {"b": 1}}', "x.json", "not a list of rows"),
        (b"[" * 200_000, "x.json", "too deeply"),
        (b'{"text": ["a"], "label": ' + b"[" * 200_000, "x.json", "too deeply"),
        (
            lined([(f"text {n} of many", f"l{n}") for n in range(90)]).encode(),
            "x.csv",
            "90 different labels|holds labels",
        ),
        (lined(rows(80, ("joy",))).encode(), "x.csv", "has 1 label"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_sentence_that_helps(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        data.own(content, name)


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
    whole = {
        text: dataset.classes[label]
        for part in (dataset.train, dataset.validation, dataset.test)
        for text, label in zip(part.texts, part.labels, strict=True)
    }
    assert whole[pairs[0][0]] == "joy"
    assert len(whole) == 141


def test_a_label_without_a_test_text_has_no_figures() -> None:
    pairs = [*rows(200), ("a rare text", "anger"), ("another rare text", "anger")]
    found = data.own(lined(pairs).encode(), "own.csv")
    counts = [Counter(found.classes[n] for n in part.labels) for part in (found.train, found.validation, found.test)]
    assert [count["anger"] for count in counts] == [1, 0, 1]
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
    chart = charts.confusion(matrix, ["a", "b", "c"], True)
    assert np.isnan(chart.data[0].z[1]).all()
    assert (chart.layout.yaxis.ticktext[1], chart.data[0].text[1].tolist()) == ("b (no text)", ["", "", ""])


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


def test_labels_in_brackets_several_at_once_and_a_column_a_label() -> None:
    assert read(lined(rows(classes=("['joy']", "['fear']")))).counts == {"joy": 40, "fear": 40}
    pairs = [*rows(80, ("joy", "fear", "anger")), ("both of them", "joy|fear"), ("and again", "fear, anger")]
    content = json.dumps([{"text": text, "label": label} for text, label in pairs])
    found = read(content, "own.json")
    assert (found.rows, len(found.texts), len(found.counts)) == (82, 80, 3)
    assert [question.name for question in found.asked] == ["several"]
    assert len(read(content, "own.json", several="label").counts) == 5
    hot = [("id", NUMBERS), ("text", TEXTS), *((mood, [str(int(mood == m)) for m in MOODS]) for mood in MOODS)]
    found = read(table(*hot))
    assert (found.counts, found.label) == ({"joy": 27, "fear": 27, "anger": 26}, "label")
    assert any("columns that hold 1: joy, fear, anger" in sentence for sentence in found.told)
    assert read(table(*hot), label="joy").counts == {"1": 27, "0": 53}


@pytest.mark.parametrize(
    ("label", "assumed"), [("2,4", "label"), ("joy|love", "label"), ("[2 3]", "leave out"), ("joy;3", "leave out")]
)
def test_a_label_that_may_be_several_is_asked_about(label: str, assumed: str) -> None:
    pairs = [*rows(80, ("joy", "2", "3")), ("one more text", label)]
    found = read(json.dumps([{"text": text, "label": mood} for text, mood in pairs]), "own.json")
    assert [(question.name, question.assumed) for question in found.asked] == [("several", assumed)]


def test_a_joiner_a_blank_or_nothing_is_one_spelling_and_numbers_apart_may_be_several() -> None:
    rows = [("خوش‌حال", "خوشحال", "خوش حال", "غمگین")[n % 4] for n in range(40)]
    content = "text,label\n" + "".join(f"متن شماره {n} است,{label}\n" for n, label in enumerate(rows))
    found = own_texts.of_bytes(content.encode(), "own.csv", {})
    assert sorted(found.counts.values()) == [10, 30]
    assert "'خوش‌حال'" in " ".join(found.told)
    content = "text\tlabel\n" + "".join(f"some words {n}\t{('0 1', '1', '0', '1 2')[n % 4]}\n" for n in range(40))
    assert [question.name for question in own_texts.of_bytes(content.encode(), "own.tsv", {}).asked] == ["several"]


def test_two_columns_of_which_one_holds_1_are_labels() -> None:
    content = "text,good,bad\n" + "".join(f"some words {n},{n % 2},{1 - n % 2}\n" for n in range(40))
    assert own_texts.of_bytes(content.encode(), "own.csv", {}).counts == {"good": 20, "bad": 20}
    content = content.replace("some words 4,0,1", "some words 4,0,0")
    assert set(own_texts.of_bytes(content.encode(), "own.csv", {"label": "good"}).counts) == {"0", "1"}


def test_a_slash_is_no_list_and_texts_over_several_lines_do_not_hide_the_columns() -> None:
    pairs = [*rows(80, ("sad/upset", "happy/glad"))]
    assert not read(lined(pairs)).asked
    quoted = "text,label\n" + "\n".join(f'"{text}\n\nand, more",{mood}' for text, mood in pairs)
    assert read(quoted).counts == {"sad/upset": 40, "happy/glad": 40}


def test_texts_without_a_word_are_too_few_not_without_labels() -> None:
    with pytest.raises(TamrinError, match="0 different texts"):
        data.own(lined([("😀" * (n + 1), "joy" if n % 2 else "fear") for n in range(80)]).encode(), "own.csv")


@pytest.mark.parametrize("between", ["::", " :: ", "؛", "، ", "，"])
def test_separators_of_other_scripts(between: str) -> None:
    found = read(lined(rows(), between, ""))
    assert [(text.strip(), label) for text, label in zip(found.texts, found.labels, strict=True)] == rows()


@pytest.mark.parametrize("last", [True, False])
def test_separators_in_every_text_are_signs_of_it(last: bool) -> None:
    pairs = [(f"{text}, and{', so on' * (n % 3)} {n}", label) for n, (text, label) in enumerate(rows())]
    found = read("".join(f"{text},{label}\n" if last else f"{label},{text}\n" for text, label in pairs))
    assert list(zip(found.texts, found.labels, strict=True)) == pairs
