"""Whatever lies in a store, it is a run that pages can show or one sentence, and JSON never holds NaN."""

import dataclasses
import json
import math
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core import plain, settings
from core.__main__ import main
from core.errors import StoreError
from core.runs import checks, entries, runs, stored
from core.runs.store import Store
from tests import odd_runs


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("odd")
    return folder, odd_runs.write(folder)


def test_every_odd_entry_is_one_sentence_and_the_rest_is_listed(odd: tuple[Path, int]) -> None:
    folder, count = odd
    started = time.monotonic()
    found, faults = Store(str(folder), judge=checks.check).list()
    assert {run.origin for run in found} == {"shipped"}
    assert len(faults) == count, faults
    assert time.monotonic() - started < 60  # the endless file and the pipe hold nobody
    assert not any(letter in fault for fault in faults for letter in "<>[]()!")
    assert all(len(fault) < 200 for fault in faults)


def test_the_honest_form_of_each_is_listed(tmp_path: Path) -> None:
    for kind in runs.KINDS:
        values = odd_runs.foreign(kind)
        path = tmp_path / kind / values["key"] / "run.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    found, faults = Store(str(tmp_path), shipped=None, judge=checks.check).list()
    assert ({run.kind for run in found}, faults) == (set(runs.KINDS), [])


def test_an_odd_entry_under_the_key_of_a_shipped_run_lets_the_shipped_one_through(tmp_path: Path) -> None:
    values = odd_runs.shipped("images") | {"facts": {}}
    path = tmp_path / "images" / values["key"] / "run.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))
    store = Store(str(tmp_path), judge=checks.check)
    assert store.find("images", values["key"]).origin == "shipped"
    assert len(store.list()[1]) == 1


def test_figures_that_are_not_finite_are_stored_as_null(tmp_path: Path) -> None:
    run = Store("nowhere").list()[0][0]
    curve = {name: [math.inf, *values] for name, values in run.history.items()}
    odd = dataclasses.replace(run, metrics=run.metrics | {"auc": math.nan}, history=curve)
    Store(str(tmp_path), shipped=None).put(odd, b"", {})
    (path,) = tmp_path.rglob("run.json")
    assert json.loads(path.read_text(), parse_constant=pytest.fail)["metrics"]["auc"] is None
    found = Store(str(tmp_path), shipped=None).find(run.kind, run.key)
    assert math.isnan(found.metrics["auc"])
    assert all(math.isnan(values[0]) for values in found.history.values())
    assert "NaN" not in plain.dumps(stored.described(found))


def test_the_command_line_prints_no_nan_and_no_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_STORE", str(tmp_path))
    run = Store("nowhere").list()[0][0]
    odd = dataclasses.replace(run, metrics=run.metrics | {"auc": math.nan}, owner="ann")
    Store(str(tmp_path), shipped=None).put(odd, b"", {})
    for command in (["runs", "--json"], ["show", run.key, "--json"]):
        printed = CliRunner().invoke(main, command, catch_exceptions=False).stdout
        assert json.loads(printed, parse_constant=pytest.fail)
        assert '"auc": null' in printed
        assert '"owner"' not in printed


def test_the_owner_is_kept_and_never_shown(tmp_path: Path) -> None:
    run = dataclasses.replace(Store("nowhere").list()[0][0], owner="ann", private=True)
    Store(str(tmp_path), shipped=None).put(run, b"", {})
    found = Store(str(tmp_path), shipped=None).find(run.kind, run.key)
    assert (found.owner, found.private) == ("ann", True)
    assert not {"owner", "private"} & set(stored.described(found))


def test_two_people_who_delete_one_run_get_a_sentence(tmp_path: Path) -> None:
    store = Store(str(tmp_path), shipped=None)
    store.put(Store("nowhere").list()[0][0], b"", {})
    (run,) = store.list()[0]
    store.delete(run)
    with pytest.raises(StoreError, match="another user has deleted it"):
        store.delete(run)


def test_what_cannot_be_stored_is_said_before_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    place = Store(str(tmp_path / "file" / "store"), shipped=None)
    monkeypatch.setattr(runs, "build", lambda *arguments: pytest.fail("it was trained"))
    with pytest.raises(StoreError, match="Nothing can be saved"):
        runs.train("weather", runs.kind_module("weather").Spec(), place)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1_000_000))
    with pytest.raises(StoreError, match=r"has 1 MB left"):
        Store(str(tmp_path / "store"), shipped=None).check_writable()


def test_looking_whether_a_run_can_be_stored_leaves_nothing(tmp_path: Path) -> None:
    Store(str(tmp_path / "store"), shipped=None).check_writable()
    assert list((tmp_path / "store").iterdir()) == []


def test_arrays_that_are_none_are_a_sentence(tmp_path: Path) -> None:
    store = Store(str(tmp_path), shipped=None)
    store.put(Store("nowhere").list()[0][0], b"", {})
    (run,) = store.list()[0]
    (tmp_path / run.kind / run.key / "bad").write_bytes(b"no zip")
    import hashlib

    digest = hashlib.sha256(b"no zip").hexdigest()
    (tmp_path / run.kind / run.key / f"{digest[:16]}.npz").write_bytes(b"no zip")
    with pytest.raises(StoreError, match="cannot be read"):
        store.arrays(dataclasses.replace(run, blobs=run.blobs | {"arrays": digest}))


def many(folder: Path, count: int) -> None:
    """A store with `count` runs, copies of shipped ones on data of their own."""
    kinds = list(runs.KINDS)
    for number in range(count):
        values = odd_runs.shipped(kinds[number % len(kinds)])
        values["data"]["fingerprint"] = f"{number:016x}"
        values = odd_runs.rekeyed(values)
        path = folder / values["kind"] / values["key"] / "run.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))


def test_runs_of_the_same_second_are_listed_in_the_order_of_their_keys(tmp_path: Path) -> None:
    many(tmp_path, 24)
    found = Store(str(tmp_path), shipped=None).list()[0]
    for kind in runs.KINDS:
        keys = [run.key for run in found if run.kind == kind]
        assert keys == sorted(keys)


def test_a_large_store_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path, 200)
    store, read = Store(str(tmp_path), judge=checks.check), []
    own = {path.parent.name for path in tmp_path.glob("*/*/run.json")}
    original = stored.parsed

    def parsed(text: str, kind: str, key: str, origin: str) -> Any:
        if key in own:  # the checks of all runs read the shipped ones
            read.append(key)
        return original(text, kind, key, origin)

    monkeypatch.setattr(stored, "parsed", parsed)
    first = store.list()[0]
    assert len(read) == len(set(read)) == 200
    read.clear()
    assert store.list()[0] == first
    assert Store(str(tmp_path), judge=checks.check).list()[0] == first
    assert read == []


def test_what_is_held_in_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many(tmp_path, 8)
    monkeypatch.setattr(entries, "MOST_LISTED", 5)
    found, faults = Store(str(tmp_path), shipped=None).list()
    assert (len(found), faults) == (5, ["3 older runs of this store are not listed: there are too many."])
    assert settings.SHIPPED.is_dir()
