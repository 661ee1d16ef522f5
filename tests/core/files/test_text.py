"""Bytes of all usual encodings become the text that was written; what is no text is refused by a true sentence."""

import io
import zipfile

import pytest

from core.errors import FileError
from core.files.tables import text

GERMAN = "Datum;Schluss (€)\nGeschlecht: weiblich, männlich; Größe, Straße, Übung\n" * 3
PERSIAN = "سلام دنيا، اين متن فارسي است؛ گربه و چراغ و پنجره\n" * 4
RUSSIAN = "Дата;Цена;Откр.\nПривет, мир: это обычный текст\n" * 3
TURKISH = "Tarih;Şimdi;Açılış;Yüksek;Düşük\nDeğişim ve ışık, çok güzel\n" * 3
POLISH = "Data;Otwarcie;Najwyższy;Najniższy;Zamknięcie\nZażółć gęślą jaźń, łódź\n" * 3
SPANISH = "Fecha,Último,Máximo,Mínimo\n¿Qué pasó, señor? Mañana, corazón\n" * 3
FRENCH = "Date;Dernier;Plus haut\nÇa a été très élevé, à côté du garçon, œuvre\n" * 3
CASES = [
    (GERMAN, "cp1252"), (GERMAN.replace("€", "EUR"), "latin-1"), (GERMAN, "mac_roman"),
    (GERMAN.replace("€", "EUR"), "cp850"), (SPANISH, "cp1252"), (FRENCH, "cp1252"), (FRENCH, "mac_roman"),
    (PERSIAN, "cp1256"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (TURKISH, "cp1254"), (POLISH, "cp1250"),
    ("日本語の文章です。今日はいい天気\n" * 9, "cp932"), ("中文数据, 很好; 今天天气不错, 你好\n" * 9, "gb18030"),
    ("היום מזג האוויר יפה, שמחה או כעס\n", "cp1255"), ("сегодня погода хороша; да, нет\n", "koi8_r"),
    ("СЕГОДНЯ ХОРОШАЯ ПОГОДА\n", "cp1251"), ("売却,はい\n価格,いいえ\n", "cp932"), ("joy,喜び\nx,怒り\n", "cp932"),
    ("text,高兴\ntext,生气\n", "gb18030"), ("schönes Wetter über München, fröhlich\n", "mac_roman"),
    ("오늘은 정말 좋은 날,기쁨\n", "euc_kr"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "codec"), CASES, ids=lambda value: value if value.isascii() else "text")
def test_older_encodings_are_known_by_their_letters_and_told(written: str, codec: str) -> None:
    read, told = text.decode(written.encode(codec), "x.csv")
    assert read == written
    assert told[0].startswith("Read as ")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("written", [GERMAN, PERSIAN, "text\tlabel\nhello\tjoy\n", "date,close\r\n2020-01-01,5\r\n"])
def test_unicode_with_and_without_a_mark(codec: str, written: str) -> None:
    assert text.decode(written.encode(codec), "x.csv")[0] == written


def test_utf_8_is_read_without_a_word() -> None:
    assert text.decode((GERMAN + PERSIAN).encode(), "x") == (GERMAN + PERSIAN, ())
    assert text.decode(b"", "x") == ("", ())


def test_garbled_utf_8_is_mended_and_told() -> None:
    for codec in ("latin-1", "cp1252"):
        read, told = text.decode("Größe und Übung, naïve café\n".encode().decode(codec).encode(), "x")
        assert read == "Größe und Übung, naïve café\n"
        assert "mended" in told[0]
    persian = PERSIAN.encode().decode("latin-1").encode()
    assert text.decode(persian, "x")[0] == PERSIAN


def test_a_few_broken_bytes_of_utf_8_are_told_with_their_line() -> None:
    content = (PERSIAN * 20).encode()
    read, told = text.decode(content[:-3] + b"\xd8\n", "x")
    assert read.count("\ufffd") == 1
    assert told == ("Line 80 holds bytes that are not letters in UTF-8; they are shown as \ufffd.",)


def test_an_encoding_can_be_given() -> None:
    assert text.decode("é".encode("cp1252"), "x", "latin-1")[0] == "é"
    with pytest.raises(FileError, match="no encoding called 'klingon'"):
        text.decode(b"x", "x", "klingon")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 50)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "mine.csv is an Excel workbook; save the table as CSV"),
        (zipped("word/document.xml"), "a Word document"),
        (zipped("a.csv"), "an Excel or ZIP file; unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Excel or Word file"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (bytes(range(256)) * 40, "is not a text file"),
        (b"\x00" * 200, "is not a text file"),
        (bytes(range(1, 9)) * 100, "is not a text file"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(content: bytes, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        text.decode(content, "mine.csv")


def test_a_web_page_is_no_table() -> None:
    for start in ("<!DOCTYPE html>\n<html>", "\n<html lang='fa'>", "<TABLE border=1>"):
        with pytest.raises(FileError, match="a web page"):
            text.refuse_web_page(start, "x.csv")
    text.refuse_web_page("a,b\n<html>,1\n", "x.csv")
    with pytest.raises(FileError, match="an XML file, as old versions of Excel write"):
        text.refuse_web_page('<?xml version="1.0"?>\n<Workbook><Row/>', "x.xls")
