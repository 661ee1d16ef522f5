"""Uploaded files on disk: private, bounded, removed by their owner, by a clock, and by the next server."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import FileError
from core.files import kept

SLOW_OWNER = """
import sys, time
from pathlib import Path
from core.files import kept
keeper = kept.Keeper(Path(sys.argv[1]), kept.Limits())
keeper.take([b"theirs"], "x.csv", "other", "s", "slot", 100)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[kept.Keeper]:
    made = kept.Keeper(tmp_path / "uploads", kept.Limits(each=100, all=150))
    yield made
    made.close()


def take(keeper: kept.Keeper, content: bytes, owner: str = "ann", session: str = "tab", most: int = 1000):
    return keeper.take([content], "my.csv", owner, session, "table", most)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_for_the_server_alone_and_under_no_name_of_the_person(keeper: kept.Keeper) -> None:
    umask = os.umask(0)
    try:
        upload = keeper.take([b"abc", b"def"], "../../my secret.csv", "ann", "tab", "table", 1000)
    finally:
        os.umask(umask)
    assert (upload.path.read_bytes(), upload.size, upload.name) == (b"abcdef", 6, "../../my secret.csv")
    assert mode(upload.path) == 0o600
    assert {mode(folder) for folder in (upload.path.parent, keeper.folder, keeper.folder.parent)} == {0o700}
    assert "secret" not in str(upload.path)
    assert upload.path.is_relative_to(keeper.folder)


def test_only_its_owner_finds_and_removes_it(keeper: kept.Keeper) -> None:
    upload = take(keeper, b"pictures")
    assert keeper.find("eve", upload.digest) is None
    assert keeper.in_slot("eve", "table") == []
    keeper.remove("eve", upload.digest)
    assert keeper.find("ann", upload.digest[:16]) == upload
    assert keeper.find("ann", "") is None
    keeper.remove("ann", upload.digest)
    assert keeper.find("ann", upload.digest) is None
    assert not upload.path.exists()


def test_two_people_with_the_same_file_have_one_each(keeper: kept.Keeper) -> None:
    first, second = take(keeper, b"same", "ann"), take(keeper, b"same", "bob")
    keeper.remove("ann", first.digest)
    assert second.path.read_bytes() == b"same"


def test_too_large_a_file_leaves_nothing(keeper: kept.Keeper) -> None:
    with pytest.raises(FileError, match="larger than"):
        keeper.take([b"x" * 30] * 4, "big.csv", "ann", "tab", "table", 50)
    with pytest.raises(FileError, match="one person may keep"):
        keeper.take([b"x" * 30] * 4, "big.csv", "ann", "tab", "table", 1000)
    assert [path.name for path in keeper.folder.rglob("*") if path.is_file()] == [".lock"]
    assert take(keeper, b"y" * 100).size == 100


def test_a_full_server_says_so_and_takes_nothing_from_others(keeper: kept.Keeper) -> None:
    other = take(keeper, b"a" * 90, "ann")
    with pytest.raises(FileError, match=r"full at the moment.*later"):
        take(keeper, b"b" * 70, "bob")
    assert keeper.find("ann", other.digest) == other


def test_a_persons_own_oldest_file_makes_room(keeper: kept.Keeper) -> None:
    first, second = take(keeper, b"a" * 40), take(keeper, b"b" * 40)
    keeper.find("ann", first.digest)
    third = take(keeper, b"c" * 40)
    assert keeper.in_slot("ann", "table") == [first, third]
    assert not second.path.exists()


def test_a_disk_that_is_full_is_a_sentence(keeper: kept.Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileError, match="No space left"):
        take(keeper, b"x")
    assert not list(keeper.folder.rglob("*.partial"))


def test_the_clock_removes_what_nobody_looks_at(keeper: kept.Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    old, used = take(keeper, b"old"), take(keeper, b"used")
    later = time.monotonic() + keeper.limits.seconds - 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    keeper.find("ann", used.digest)
    monkeypatch.setattr(time, "monotonic", lambda: later + 2)
    keeper.sweep()
    assert keeper.in_slot("ann", "table") == [used]
    assert not old.path.exists()


def test_what_an_ended_session_leaves_goes_soon_unless_another_tab_uses_it(
    keeper: kept.Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, shared = take(keeper, b"alone", session="1"), take(keeper, b"shared", session="1")
    keeper.find("ann", shared.digest, "2")
    keeper.leave("1")
    keeper.sweep()
    assert alone.path.exists()  # a network that dropped for a moment
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + kept.LEFT_SECONDS + 1)
    keeper.sweep()
    assert not alone.path.exists()
    assert shared.path.exists()


def test_the_next_server_empties_what_an_ended_one_left_but_not_a_living_ones(tmp_path: Path) -> None:
    root = tmp_path / "uploads"
    other = subprocess.Popen([sys.executable, "-c", SLOW_OWNER, str(root)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "ready\n"
        kept.Keeper(root, kept.Limits()).close()
        assert [path.read_bytes() for path in root.glob("*/*/*")] == [b"theirs"]
    finally:
        other.kill()
        other.wait()
    (tmp_path / "pictures" / ".given").mkdir(parents=True)
    (tmp_path / "pictures" / ".given" / "upload-0.zip").write_bytes(b"theirs")
    kept.begin(tmp_path)
    assert list(root.iterdir()) == []
    assert not list(tmp_path.rglob("*.zip"))


def test_a_worker_reads_at_the_path_or_a_private_copy_and_is_told_of_a_removed_file(keeper: kept.Keeper) -> None:
    upload = take(keeper, b"content")
    with kept.local(str(upload.path)) as path:
        assert path == upload.path
    with kept.local(b"content") as path:
        assert (path.read_bytes(), mode(path), mode(path.parent)) == (b"content", 0o600, 0o700)
    assert not path.exists()
    keeper.remove("ann", upload.digest)
    with (
        pytest.raises(FileError, match=r"my\.csv is not on this server any more"),
        kept.local(str(upload.path), "my.csv"),
    ):
        pass
    assert isinstance(kept.read("no kind", b"", "x", {}), FileError)
