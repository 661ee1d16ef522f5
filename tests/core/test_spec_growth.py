"""Specs may grow: runs that were stored before are found under their old keys and shown with the fields of today.

`stored_runs` holds the `run.json` of one run of every kind as it was at the first version of all specs, with short
curves; these files stay as they are.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import SpecError, StoreError
from core.runs import checks, runs, spec as specs
from core.runs.store import Run, Store
from core.runs.stored import key_of, parsed

KEPT = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "stored_runs").glob("*.json")}


def store_with(folder: Path, values: dict[str, Any], **judged: Any) -> Store:
    path = folder / values["kind"] / values["key"] / "run.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))
    return Store(str(folder), shipped=None, **judged)


def grown(cls: type, **more: Any) -> type:
    """The class of a spec with one field renamed, from seed to random_seed, and one added."""
    fields: list[tuple] = []
    for f in dataclasses.fields(cls):
        same = dataclasses.field(default=f.default, metadata=f.metadata)
        fields.append(("random_seed" if f.name == "seed" else f.name, f.type, same))
    fields.append(("later", int, specs.added(3)))
    return dataclasses.make_dataclass(
        "Spec", fields, frozen=True, namespace={"ALIASES": {"seed": "random_seed"}, **more}
    )


def test_there_is_a_copy_of_every_kind() -> None:
    assert set(KEPT) == set(runs.KINDS)


@pytest.mark.parametrize("kind", runs.KINDS)
def test_a_run_of_the_first_version_is_found(kind: str, tmp_path: Path) -> None:
    values = KEPT[kind]
    found, faults = store_with(tmp_path, values, judge=checks.check).list()
    assert faults == []
    chosen = specs.from_dict(runs.kind_module(kind).Spec, values["spec"])
    assert runs.key_on(kind, chosen, values["data"]["fingerprint"]) == values["key"]
    assert [run.key for run in runs.of_spec(kind, chosen, found)] == [values["key"]]


@pytest.mark.parametrize("kind", runs.KINDS)
def test_it_is_still_found_when_a_field_was_added_and_one_renamed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, module = KEPT[kind], runs.kind_module(kind)
    assert store_with(tmp_path / "before", values, judge=checks.check).list()[1] == []
    monkeypatch.setattr(module, "Spec", grown(module.Spec))
    store = store_with(tmp_path / "after", values, judge=checks.check)
    found, faults = store.list()
    assert faults == []
    chosen = specs.from_dict(module.Spec, found[0].spec)
    assert (chosen.later, chosen.random_seed) == (3, values["spec"]["seed"])
    assert runs.key_on(kind, chosen, values["data"]["fingerprint"]) == values["key"]
    assert runs.of_spec(kind, chosen, found) == found
    assert store.find(kind, values["key"]).spec == specs.to_dict(chosen)


@pytest.fixture
def weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Store, Run, type]:
    """A store with a run of today, read by a program whose spec has grown."""
    module = runs.kind_module("weather")
    monkeypatch.setattr(module, "Spec", grown(module.Spec))
    store = store_with(tmp_path, KEPT["weather"])
    return store, store.list()[0][0], module.Spec


def test_what_is_stored_has_first_names_and_no_added_defaults(weather: tuple[Store, Run, type], tmp_path: Path) -> None:
    store, run, cls = weather
    store.put(run, b"", {})
    text = (tmp_path / "weather" / run.key / "run.json").read_text()
    assert json.loads(text)["spec"] == KEPT["weather"]["spec"]
    assert "spec_version" not in text  # an earlier version of the program reads it
    chosen = dataclasses.replace(specs.from_dict(cls, run.spec), later=4)
    key = runs.key_on("weather", chosen, run.data["fingerprint"])
    assert key != run.key
    store.put(dataclasses.replace(run, key=key, spec=specs.to_dict(chosen)), b"", {})
    assert json.loads((tmp_path / "weather" / key / "run.json").read_text())["spec"]["later"] == 4
    assert store.find("weather", key).spec == specs.to_dict(chosen)
    assert len(store.list()[0]) == 2


def test_old_names_are_read_and_never_two_at_once(weather: tuple[Store, Run, type]) -> None:
    cls = weather[2]
    assert specs.from_dict(cls, specs.parse_assignments(("seed=4",))).random_seed == 4
    with pytest.raises(SpecError, match="'seed' is the old name of 'random_seed'"):
        specs.from_dict(cls, {"seed": 1, "random_seed": 2})


def test_a_new_version_of_the_values_is_another_key_and_old_runs_stay_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, values = runs.kind_module("weather"), KEPT["weather"]
    cls = grown(module.Spec, VERSION=2)
    monkeypatch.setattr(module, "Spec", cls)
    store = store_with(tmp_path, values)
    (run,), _ = store.list()
    chosen = specs.from_dict(cls, run.spec)
    key = runs.key_on("weather", chosen, run.data["fingerprint"])
    assert key != run.key
    assert runs.of_spec("weather", chosen, [run]) == []
    store.put(dataclasses.replace(run, key=key, spec_version=2), b"", {})
    assert [one.key for one in runs.of_spec("weather", chosen, store.list()[0])] == [key]


def test_a_run_of_a_later_version_is_a_sentence() -> None:
    values = KEPT["weather"] | {"spec_version": 2}
    values["key"] = key_of("weather", values["spec"], values["data"]["fingerprint"], 2)
    with pytest.raises(StoreError, match="another version"):
        parsed(json.dumps(values).encode(), "weather", values["key"], "store")


def test_no_alias_hides_a_field_of_today() -> None:
    for kind in runs.KINDS:
        cls = runs.kind_module(kind).Spec
        names = {f.name for f in dataclasses.fields(cls)}
        assert not set(specs.aliases(cls)) & names
        assert set(specs.aliases(cls).values()) <= names
