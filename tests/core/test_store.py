"""The store: atomic, keyed, safe for several writers, and deaf to what is not its own."""

import dataclasses
import importlib.util
import json
import re
import threading
import uuid
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreError
from core.runs import runs, spec as specs, stored
from core.runs.store import Run, Store, key_of

SPEC, ARRAYS = {"cell": "gru", "seed": 1}, {"test": np.arange(5.0)}


def run(seed: int = 1, kind: str = "weather") -> Run:
    spec = {**SPEC, "seed": seed}
    return Run(
        kind=kind, key=key_of(kind, spec, "f00d"), spec=spec, data={"fingerprint": "f00d"}, metrics={"rmse": 1.5},
        history={"loss": [2.0, 1.0]}, seconds=1.0, seconds_per_epoch=0.5, kept_epoch=2, stopped=False, facts={},
        versions={}, created=f"2026-01-0{seed}T00:00:00+00:00",
    )  # fmt: skip


@pytest.fixture(params=["folder", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}"


def test_gives_back_what_was_put(url: str) -> None:
    place = Store(url, shipped=None)
    place.put(run(), b"weights", ARRAYS)
    found = Store(url, shipped=None).find("weather", run().key)
    today = specs.of_stored(runs.kind_module("weather").Spec, run().spec)  # with the fields that were added later
    assert dataclasses.replace(found, blobs={}, origin="") == dataclasses.replace(run(), spec=today)
    assert place.weights(found) == b"weights"
    np.testing.assert_array_equal(place.arrays(found)["test"], ARRAYS["test"])


def test_an_unknown_key_is_none_and_an_empty_store_lists_nothing(url: str) -> None:
    assert Store(url, shipped=None).find("weather", "0" * 16) is None
    assert Store(url, shipped=None).list() == ([], [])


def test_what_is_written_anew_is_read_anew_and_the_rest_is_not_parsed_twice(url: str) -> None:
    place = Store(url, shipped=None)
    place.put(run(), b"weights", ARRAYS)
    first = place.find("weather", run().key)
    assert Store(url, shipped=None).find("weather", run().key) is first
    place.put(dataclasses.replace(run(), metrics={"rmse": 2.5}), b"weights", ARRAYS)
    assert place.find("weather", run().key).metrics == {"rmse": 2.5}


def test_lists_newest_first_and_deletes(url: str) -> None:
    place = Store(url, shipped=None)
    for seed in (1, 3, 2):
        place.put(run(seed), b"w", ARRAYS)
    listed, faults = place.list()
    assert ([r.spec["seed"] for r in listed], faults) == ([3, 2, 1], [])
    place.delete(listed[0])
    assert [r.spec["seed"] for r in place.list()[0]] == [2, 1]


def test_key_depends_on_spec_data_kind_and_format(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {key_of("weather", SPEC, "a"), key_of("weather", SPEC, "b"), key_of("poems", SPEC, "a")}
    keys.add(key_of("weather", {**SPEC, "seed": 2}, "a"))
    monkeypatch.setattr(stored, "FORMAT", 2)
    keys.add(key_of("weather", SPEC, "a"))
    assert len(keys) == 5
    assert key_of("weather", {"a": 1, "b": 2}, "") == key_of("weather", {"b": 2, "a": 1}, "")


def test_a_crash_before_the_end_leaves_nothing_that_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Store(str(tmp_path), shipped=None)

    def crash(self: Path, target: Path) -> None:
        if target.name == "run.json":
            raise KeyboardInterrupt
        original(self, target)

    original = Path.replace
    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        place.put(run(), b"weights", ARRAYS)
    monkeypatch.undo()
    assert place.find("weather", run().key) is None
    assert place.list() == ([], [])
    assert not list(tmp_path.rglob("*.partial"))
    place.put(run(), b"weights", ARRAYS)
    assert place.weights(place.find("weather", run().key)) == b"weights"


def test_writers_of_one_key_never_mix_their_files(url: str) -> None:
    """Whoever wins, run.json names blobs that belong together."""
    place = Store(url, shipped=None)

    def write(n: int) -> None:
        for _ in range(10):
            Store(url, shipped=None).put(run(), b"%d" % n * 1000, {"n": np.full(100, n)})

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        if found := place.find("weather", run().key):
            assert place.weights(found)[:1] == b"%d" % place.arrays(found)["n"][0]
    found = place.find("weather", run().key)
    assert place.weights(found)[:1] == b"%d" % place.arrays(found)["n"][0]


DAMAGE = {
    "not JSON": lambda text: text[: len(text) // 2],
    "not an object": lambda text: "[1, 2]",
    "another format": lambda text: text.replace('"format": 1', '"format": 99'),
    "a field too many": lambda text: text.replace('"format": 1', '"format": 1, "code": "x"'),
    "another spec than its key": lambda text: text.replace('"gru"', '"lstm"'),
    "a blob outside": lambda text: json.dumps({**json.loads(text), "blobs": {"weights": "../../x", "arrays": "y"}}),
    "words for numbers": lambda text: text.replace("1.5", '"high"'),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_entry_is_refused_and_leaves_the_others_alone(tmp_path: Path, damage: str) -> None:
    place = Store(str(tmp_path), shipped=None)
    place.put(run(1), b"w", ARRAYS)
    place.put(run(2), b"w", ARRAYS)
    path = tmp_path / "weather" / run(1).key / "run.json"
    path.write_text(DAMAGE[damage](path.read_text()))
    assert place.find("weather", run(1).key) is None  # training it again replaces it
    listed, faults = place.list()
    assert ([r.spec["seed"] for r in listed], len(faults)) == ([2], 1)
    assert re.search(r"damaged|another version", faults[0])
    place.put(run(1), b"w", ARRAYS)
    assert place.list()[1] == []


def test_changed_or_missing_weights_are_refused(tmp_path: Path) -> None:
    place = Store(str(tmp_path), shipped=None)
    place.put(run(), b"weights", ARRAYS)
    found = place.find("weather", run().key)
    (file,) = tmp_path.rglob("*.weights.h5")
    file.write_bytes(b"other weights")
    with pytest.raises(StoreError, match="not what was saved"):
        place.weights(found)
    file.unlink()
    with pytest.raises(StoreError, match="missing"):
        place.weights(found)


def test_shipped_runs_lie_below_and_cannot_be_deleted(tmp_path: Path) -> None:
    Store(str(tmp_path / "shipped"), shipped=None).put(run(1), b"shipped", ARRAYS)
    place = Store(str(tmp_path / "own"), shipped=tmp_path / "shipped")
    found = place.find("weather", run(1).key)
    assert (found.origin, place.weights(found)) == ("shipped", b"shipped")
    with pytest.raises(StoreError, match="cannot be deleted"):
        place.delete(found)
    place.put(run(1), b"own", ARRAYS)
    found = place.find("weather", run(1).key)
    assert (found.origin, place.weights(found), len(place.list()[0])) == ("store", b"own", 1)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be saved"):
        Store(str(tmp_path / "file" / "store"), shipped=None).put(run(), b"w", ARRAYS)


@pytest.mark.parametrize("url", ["nonsense://bucket/runs", "s3://bucket/runs"])
def test_a_url_that_cannot_be_opened_is_a_sentence(url: str) -> None:
    if url.startswith("s3") and importlib.util.find_spec("s3fs"):
        pytest.skip("s3fs is installed here, so s3 URLs open")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(url, shipped=None).list()


def test_a_run_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="This network is no longer saved; train it again"):
        Store(str(tmp_path)).get("weather", "0" * 16)
