"""One reader for zips, tars and folders: names in any encoding, what is left out, what is refused, and bounds."""

import gzip
import io
import stat
import zipfile
from pathlib import Path

import pytest

from core.errors import FileError
from core.files.archives import archives, zips
from tests.core.files import packing

FILES = {"set/one/a.txt": b"first " * 50, "set/two/b.txt": b"second " * 50}
NAMES = {"گربه/۱.txt": b"1", "سگ/2.txt": b"2"}


def found(content: bytes | Path, name: str = "x.zip", most: int = 10_000) -> dict[str, bytes]:
    with archives.opened(content, name) as archive:
        return {entry.path: one for entry, one in archive.contents(archive.entries, most)}


MAKES = {
    "deflate": packing.zipped(FILES),
    "stored": packing.zipped(FILES, zipfile.ZIP_STORED),
    "bzip2": packing.zipped(FILES, zipfile.ZIP_BZIP2),
    "lzma": packing.zipped(FILES, zipfile.ZIP_LZMA),
    "deflate64": packing.deflate64(FILES),
    "back-slashes": packing.zipped({packing.member(n.replace("/", "\\").encode()): c for n, c in FILES.items()}),
    "dots": packing.zipped({f"./{name}": content for name, content in FILES.items()}),
    "tar": packing.tarred(FILES, ""),
    "tar.gz": packing.tarred(FILES),
    "tar.bz2": packing.tarred(FILES, "bz2"),
    "tar.xz": packing.tarred(FILES, "xz"),
    "behind other bytes": b"#!self-extracting\n" * 40 + packing.zipped(FILES),
}


@pytest.mark.parametrize("make", MAKES)
def test_every_make_gives_the_same_files(make: str) -> None:
    assert found(MAKES[make]) == FILES


def test_a_folder_gives_them_too(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(content)
    assert found(tmp_path) == FILES


def mojibake(name: str, page: str) -> str:
    return "".join(bytes([b]).decode(page, "ignore") or chr(b) for b in name.encode())


PERSIAN = {"گربه/1.txt": b"1", "سگ/2.txt": b"2"}
WAYS = {
    "UTF-8, marked": packing.zipped(PERSIAN),
    "UTF-8, unmarked": packing.encoded(PERSIAN, "utf-8"),
    "cp1256": packing.encoded(PERSIAN, "cp1256"),
    "field 0x7075": packing.zipped(
        {packing.member(n.encode("cp1256"), packing.unicode_path(n, n.encode("cp1256"))): c for n, c in PERSIAN.items()}
    ),
    "mojibake of latin-1": packing.zipped({mojibake(n, "latin-1"): c for n, c in PERSIAN.items()}),
    "mojibake of cp1252": packing.zipped({mojibake(n, "cp1252"): c for n, c in PERSIAN.items()}),
    "mojibake of cp437": packing.zipped({n.encode().decode("cp437"): c for n, c in PERSIAN.items()}),
    "cp1256 taken for cp437": packing.zipped({n.encode("cp1256").decode("cp437"): c for n, c in PERSIAN.items()}),
    "tar": packing.tarred(PERSIAN),
}


@pytest.mark.parametrize("way", WAYS)
def test_persian_names_are_read_in_every_encoding(way: str) -> None:
    assert found(WAYS[way]) == PERSIAN


@pytest.mark.parametrize(
    ("words", "encoding"),
    [("café/crêpe", "cp437"), ("café/crêpe", "cp1252"), ("Hände/Füße", "cp850"), ("кошка/собака", "cp866"),
     ("кошка/собака", "cp1251"), ("قطة/كلب", "cp720"), ("köpek/kuş/ağaç", "cp857"), ("γάτα/σκύλος", "cp1253"),
     ("ねこ/いぬ", "cp932"), ("고양이/강아지", "cp949"), ("żółw/źrebię", "cp852"),
     ("é", "utf-8"), ("ネコ/イヌ", "utf-8"), ("plain", "ascii")],
)  # fmt: skip
def test_other_code_pages_are_told_apart_and_told(words: str, encoding: str) -> None:
    content = packing.encoded({f"{word}/1.txt": word.encode() for word in words.split("/")}, encoding)
    with archives.opened(content, "x.zip") as archive:
        assert {entry.parts[0] for entry in archive.entries} == set(words.split("/"))
        assert bool(archive.told) == (encoding not in ("utf-8", "ascii"))


def test_letters_in_two_pieces_become_one() -> None:
    assert set(found(packing.zipped({"Cafe\u0301/1.txt": b"x"}))) == {"Café/1.txt"}


def test_what_systems_leave_is_skipped() -> None:
    junk = ("__MACOSX/set/one/._a.txt", "set/.DS_Store", "set/one/Thumbs.db", "set/desktop.ini", "set/one/._a.txt")
    with archives.opened(packing.zipped(FILES | dict.fromkeys(junk, b"x")), "x.zip") as archive:
        assert (len(archive.entries), archive.skipped, archive.left_out) == (2, 5, [])


def test_what_cannot_be_read_is_left_out_with_a_reason_and_the_rest_is_read() -> None:
    link = zipfile.ZipInfo("set/link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = FILES | {link: b"/etc/passwd", "../out.txt": b"x", "set/large.txt": b"x" * 20_000}
    content = bytearray(packing.zipped(members))
    at = content.index(b"set/two/b.txt") + 20
    content[at : at + 10] = b"\xff" * 10
    with archives.opened(bytes(content), "x.zip") as archive:
        assert [entry.path for entry, _ in archive.contents(archive.entries, 10_000)] == ["set/one/a.txt"]
        reasons = {one.path: one.reason for one in archive.left_out}
    assert set(reasons) == {"set/link.txt", "../out.txt", "set/large.txt", "set/two/b.txt"}
    assert "link" in reasons["set/link.txt"]
    assert "leads out" in reasons["../out.txt"]
    assert "damaged" in reasons["set/two/b.txt"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "\\\\server\\x", "a\0b"])
def test_a_path_never_leads_out(path: str) -> None:
    assert archives.inside(path) is None


def test_the_inner_paths_are_plain() -> None:
    assert archives.inside("./a\\b//c.txt") == "a/b/c.txt"


REFUSED = {
    "locked": (packing.locked(packing.zipped(FILES)), "password"),
    "cut": (packing.zipped(FILES)[:150], "cut off or damaged"),
    "empty": (b"", "0 bytes"),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(40), "RAR archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "7-Zip"),
    "picture": (b"\xff\xd8\xff\xe0" + bytes(40), "single image"),
    "page": (b"\n<html><body>Sign in</body></html>", "web page"),
    "gzip of something else": (gzip.compress(b"hello" * 500), "not a tar archive"),
    "anything": (b"hello", "not a zip file that can be read"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_archive_is_refused_with_a_sentence(what: str) -> None:
    content, words = REFUSED[what]
    with pytest.raises(FileError, match=words):
        found(content)


def test_an_archive_that_ends_in_the_middle_gives_what_it_has() -> None:
    whole = packing.tarred({f"{n}.txt": bytes(2_000) for n in range(20)}, "")
    assert 5 < len(found(whole[: len(whole) // 2])) < 14


def test_the_whole_is_bounded_by_what_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 500)
    with pytest.raises(FileError, match="unpacks to more than"):
        found(packing.zipped(FILES))
    monkeypatch.setattr("core.files.archives.tars.MOST_BYTES", 100_000)
    with pytest.raises(FileError, match="unpacks to more than"):
        found(packing.tarred({"zeros": bytes(10_000_000), "b": b"x"}), most=100)


def test_long_lists_are_refused_before_they_are_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_LISTING", 100)
    with pytest.raises(FileError, match="too many files"):
        found(packing.zipped(FILES))
    monkeypatch.setattr(archives, "MOST_ENTRIES", 1)
    with pytest.raises(FileError, match="more than 1 files"):
        found(packing.tarred(FILES))


def test_large_zips_with_64_bit_fields_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", allowZip64=True) as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(b"hello")
    assert found(buffer.getvalue()) == {"a.txt": b"hello"}
