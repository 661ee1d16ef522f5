"""A poem file as people have it is read right, or refused by a sentence that says what to do."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from core.__main__ import main
from core.errors import TamrinError
from core.files.tables import persian
from core.labs.hafez.corpus import corpus

TEXT = "باد باران پرنده چراغ گلدان ژاله کوه یاس دریا ستاره خورشید پنجره سنگ نامه شبنم"
WORDS = TEXT.split()
POEMS, COUPLETS = 12, 6


def verses(ending: str = "است", seed: int = 3) -> list[list[str]]:
    """Twelve invented poems of six couplets, a hemistich an entry."""
    rng = np.random.default_rng(seed)
    return [[" ".join([*rng.choice(WORDS, 5), ending]) for _ in range(2 * COUPLETS)] for _ in range(POEMS)]


def plain(poems: list[list[str]]) -> str:
    return "\n\n".join("\n".join(poem) for poem in poems) + "\n"


PLAIN = plain(verses())
LINES = [line for poem in verses() for line in poem]


def paired(between: str, number: str = "", poem_mark: str = "") -> str:
    """Both hemistichs of a couplet on one line."""
    pieces = []
    for n, poem in enumerate(verses(), 1):
        rows = [
            f"{number.format(i + 1)}{a}{between}{b}" for i, (a, b) in enumerate(zip(poem[::2], poem[1::2], strict=True))
        ]
        pieces.append("\n".join([*([poem_mark.format(n)] if poem_mark else []), *rows]))
    return "\n\n".join(pieces)


def titled(mark: str, gap: str = "\n") -> str:
    """A title above each poem."""
    return gap.join("\n".join([mark.format(n), *poem]) for n, poem in enumerate(verses(), 1))


def spaced(between_poems: str) -> str:
    """An empty line after each couplet."""
    return between_poems.join(
        "\n\n".join(f"{a}\n{b}" for a, b in zip(poem[::2], poem[1::2], strict=True)) for poem in verses()
    )


LAYOUTS = {
    "plain": PLAIN,
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "old Mac line ends": PLAIN.replace("\n", "\r"),
    "trailing spaces": PLAIN.replace("\n", "  \n"),
    "tab between hemistichs": paired("\t"),
    "star between hemistichs": paired(" * "),
    "stars between hemistichs": paired(" *** "),
    "slash between hemistichs": paired(" / "),
    "bar between hemistichs": paired(" | "),
    "wide gap between hemistichs": paired("        "),
    "dots between hemistichs": paired(" ... "),
    "numbers and stars": paired(" * ", "{}- ", "({})"),
    "numbers with dot": paired("\t", "{}. ", "غزل {}"),
    "titles": titled("غزل شمارهٔ {}"),
    "titles with empty lines": titled("غزل {}\n", "\n\n"),
    "breadcrumbs": titled("حافظ » غزلیات » غزل شماره {}", "\n\n"),
    "numbers as titles": titled("{}", "\n\n"),
    "numbers in brackets as titles": titled("[{}]"),
    "ornaments": "\n***\n".join("\n".join(poem) for poem in verses()),
    "empty line after each couplet, titles": "\n\n".join(
        f"شعر {n}\n\n" + "\n\n".join(f"{a}\n{b}" for a, b in zip(p[::2], p[1::2], strict=True))
        for n, p in enumerate(verses(), 1)
    ),
    "empty line after each couplet, wider gaps": spaced("\n\n\n"),
    "empty line after each couplet, ornaments": spaced("\n\n* * *\n\n"),
    "empty line after each line, wider gaps": "\n\n\n\n".join("\n\n".join(poem) for poem in verses()),
    "free titles": "\n\n".join(f"{WORDS[n]} و {WORDS[-n]}\n\n" + "\n".join(p) for n, p in enumerate(verses())),
    "header": f"madeup.txt\nشاعر: کسی\nnumber of beyts: 72\nhttps://example.org/a\n\n{PLAIN}",
    "header inside": PLAIN.replace("\n\n", "\n\nSource: made up\n"),
    "titles with ordinals": "\n".join(
        "\n".join([f"غزل {word}", *poem])
        for word, poem in zip(["یازدهم", "بیستم", "سی\u200cام", "صدم", "چهلم", "هفدهم"] * 2, verses(), strict=True)
    ).replace("غزل صدم", "غزل صد و بیست و یکم"),
    "pages": titled("دیوان نمونه\n[صفحه {}]", "\n\n"),
    "headings": "# دیوان\n\n" + titled("## غزل {}\n", "\n\n"),
    "a book's name above each poem": titled("دیوان نمونه", "\n\n"),
    "paragraph and line marks": PLAIN.strip().replace("\n\n", "\u2029").replace("\n", "\u2028"),
    "form feeds": PLAIN.strip().replace("\n\n", "\f"),
    "an ornament between hemistichs": paired(" ❊ "),
    "an em space between hemistichs": paired("\u2003"),
    "two spaces between hemistichs": paired("  "),
    "a semicolon between hemistichs": paired(";"),
    "footnotes": "\n\n".join(
        "\n".join(f"{x}{('[1]', '¹', ' (۲)', '')[n % 4]}" for n, x in enumerate(p)) for p in verses()
    ),
    "a number each fifth couplet": "\n\n".join(
        "\n".join(x + "    ۵" * (n == 9) for n, x in enumerate(poem)) for poem in verses()
    ),
    "a list": "\n\n".join("\n".join(f"- {line}" for line in poem) for poem in verses()),
    "quotations": "\n\n".join("\n".join(f"> {line}" for line in poem) for poem in verses()),
    "lyrics": "\n\n".join("\n".join(f"[00:{n:02}.00]{x}" for n, x in enumerate(poem)) for poem in verses()),
    "subtitles": "\n\n".join(
        "\n".join(f"00:00:{n:02},000 --> 00:00:{n:02},900\n{x}" for n, x in enumerate(poem)) for poem in verses()
    ),
}
UNTOLD = (
    "plain",
    "windows line ends",
    "old Mac line ends",
    "trailing spaces",
    "paragraph and line marks",
    "form feeds",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_poems(layout: str) -> None:
    reading = corpus.poems_in(LAYOUTS[layout].encode(), "own.txt")
    poems, alphabet = reading.data
    assert [line for poem in poems for line in poem] == LINES
    assert [len(poem) for poem in poems] == [2 * COUPLETS] * POEMS
    assert alphabet == "\n " + "".join(sorted(set("".join(LINES)) - {" "}))
    assert (reading.summary["pieces"], reading.summary["lines"]) == (POEMS, len(LINES))
    if layout not in UNTOLD:
        assert len(reading.told) > 1, "what was done to the layout is told"


def scrambled(written: str, read: str) -> str:
    """Text written by one table and read by another, as browsers do: undefined bytes stand for themselves."""
    return "".join(bytes([b]).decode(read, errors="ignore") or chr(b) for b in PLAIN.encode(written))


SAME_TEXT = {
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16 little endian without a mark": PLAIN.encode("utf-16-le"),
    "UTF-16 big endian without a mark": PLAIN.encode("utf-16-be"),
    "Windows-1256": PLAIN.translate(str.maketrans("یک", "يك")).encode("cp1256"),
    "UTF-8 read as Latin-1": scrambled("utf-8", "latin-1").encode(),
    "UTF-8 read as Windows-1252": scrambled("utf-8", "cp1252").encode(),
    "UTF-8 read as Windows-1256": scrambled("utf-8", "cp1256").encode(),
    "Arabic ye and kaf": PLAIN.translate(str.maketrans("یک", "يك")).replace("ي", "ی", 40).encode(),
    "presentation forms": PLAIN.translate(
        str.maketrans({"س": "\ufeb3", "ن": "\ufee7", "ی": "\ufbff", "ک": "\ufb91", "ا": "\ufe8e"})
    ).encode(),
    "tatweel": PLAIN.replace("س", "سـ").encode(),
    "vowel marks": PLAIN.replace("س", "سَ").replace("ن", "نُّ").encode(),
    "invisible marks": PLAIN.replace("س", "\u200eس\u200b").replace(" ", "\u00a0").encode(),
    "entities": PLAIN.replace(" ", "&nbsp;").encode(),
}


@pytest.mark.parametrize("kind", SAME_TEXT)
def test_encodings_and_spellings_are_brought_to_one(kind: str) -> None:
    reading = corpus.poems_in(SAME_TEXT[kind], "own.txt")
    assert [line for poem in reading.data[0] for line in poem] == LINES
    assert reading.summary["signs"] == len(set("".join(LINES)) - {" "})


def test_what_was_changed_in_the_spelling_is_counted_and_told() -> None:
    text = PLAIN.replace("ن", "نَ", 30).replace("س", "سـ", 20).replace("ی", "ي", 10)
    reading = corpus.poems_in(text.encode(), "own.txt")
    assert (reading.summary["marks"], reading.summary["tatweel"]) == (30, 20)
    told = " ".join(reading.told)
    assert "30 vowel marks were removed" in told
    assert "20 tatweel were removed" in told
    assert "10 Arabic ye and kaf became Persian" in told


def test_a_single_sign_that_was_changed_is_told_as_one() -> None:
    told = corpus.poems_in(PLAIN.replace("ن", "نَ", 1).replace("س", "سـ", 1).encode(), "own.txt").told
    assert "1 vowel mark was removed." in told
    assert "1 tatweel was removed." in told


def test_the_zero_width_non_joiner_is_a_character_of_the_alphabet() -> None:
    reading = corpus.poems_in(plain(verses("می\u200cشود")).encode(), "own.txt")
    assert persian.ZWNJ in reading.data[1]
    assert reading.summary["zwnj"] == len(LINES)
    spelled = plain(verses("می\u200cشود")).replace("\u200c", "&zwnj;").replace("باد", "باد\u200c")
    assert corpus.poems_in(spelled.encode(), "own.txt").data == reading.data


def test_arabic_text_keeps_its_own_ye_and_kaf_and_other_scripts_their_marks() -> None:
    arabic = plain([[f"قال المعلم في الكتاب على ظهر السفينة سطر {'اب' * n}" for n in range(2, 14)] for _ in range(8)])
    _, alphabet = corpus.poems_in(arabic.encode(), "own.txt").data
    assert {"ي", "ك", "ى"} <= set(alphabet)
    hindi = plain([[f"नदी के किनारे चिड़िया गाती है {'क' * n}" for n in range(1, 13)] for _ in range(8)])
    lines = [line for poem in corpus.poems_in(hindi.encode(), "own.txt").data[0] for line in poem]
    assert lines[0] == "नदी के किनारे चिड़िया गाती है क".replace("ड़", "ड़")


def test_a_project_gutenberg_file_is_read_without_its_licence() -> None:
    verse = plain([[f"The {a} wind has {b} songs to sing" for a in ("west", "cold", "old")] for b in WORDS_EN])
    mark = "*** {} OF THE PROJECT GUTENBERG EBOOK MADE UP ***\n"
    book = f"Title: Made up\nLicence words\n{mark.format('START')}{verse}\n{mark.format('END')}More licence words\n"
    assert corpus.poems_in(book.encode(), "book.txt").data == corpus.poems_in(verse.encode(), "book.txt").data


WORDS_EN = [f"{a}{b}" for a in ("twenty", "thirty", "forty", "fifty") for b in ("one", "two", "three", "four", "five")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"<!DOCTYPE html>\n<html><body>{'<p>' + PLAIN + '</p>'}</body></html>".encode(), "web page"),
        ("".join(f"<div><p>{line}</p></div>\n" for line in LINES).encode(), "web page"),
        (("{\\rtf1\\ansi " + PLAIN).encode("utf-8"), "rich text"),
        (json.dumps([{"poem": LINES}]).encode(), "JSON"),
        (PLAIN.encode("ascii", "replace"), "lost its letters"),
        (PLAIN.encode("cp1252", "replace"), "lost its letters"),
        ((" ".join(LINES)).encode(), "single line"),
        ("\n".join(json.dumps({"poem": line}) for line in LINES).encode(), "JSON"),
        ("".join(f"<lg><l>{line}</l></lg>\n" for line in LINES).encode(), "markup such as '<lg>'"),
        ("".join(f"{{{{b|{line}}}}}\n" for line in LINES).encode(), "markup such as"),
        ("".join(f"{n},1,{line}\n" for n, line in enumerate(LINES)).encode(), "is a table"),
        (PLAIN.encode("cp1256", "replace").decode("cp1252", "replace").encode(), "garbled letters"),
        (b"short", "too little text"),
        (b"\xff\xfe\x00d", "not a text|too little"),
        ("سلام".encode("cp1256"), "too little text"),
        (b"", "empty|too little text"),
        (b"a" * 8_000_001, "larger than 8 MB"),
        (b"a\n" * 300_001, "more than 300,000 lines"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_sentence_that_helps(content: bytes, words: str) -> None:
    with pytest.raises(TamrinError, match=words):
        corpus.poems_in(content, "own.txt")


def test_the_command_prints_what_was_read_and_what_was_refused(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(PLAIN)
    (tmp_path / "bad.txt").write_text("<html><body><p>" * 9)
    files = [str(tmp_path / "good.txt"), str(tmp_path / "bad.txt")]
    out = CliRunner().invoke(main, ["read", *files, "--as", "poems", "--json"]).output.splitlines()
    good, bad = map(json.loads, out)
    assert (good["pieces"], good["lines"], good["asked"]) == (POEMS, len(LINES), [])
    assert "web page" in bad["refused"]
    assert set(bad) == {"file", "refused"}


@pytest.mark.parametrize("name", sorted(p.name for p in Path("../shared/cases").glob("f_*")) or ["absent"])
def test_the_minimal_inputs_of_poems(name: str) -> None:
    folder = Path("../shared/cases")
    if not (folder / name).exists():
        pytest.skip("needs the minimal inputs beside the project")
    right = json.loads((folder / "right.json").read_text())[name]
    content = (folder / name).read_bytes()
    if name == "f_web_page.txt":
        with pytest.raises(TamrinError, match="web page"):
            corpus.poems_in(content, name)
        return
    found = corpus.poems_in(content, name).summary
    for key in set(right) - {"must", "blocks"}:
        assert found[key] == right[key], key
