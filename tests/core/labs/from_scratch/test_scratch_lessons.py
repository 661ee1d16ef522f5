"""What the page says of its lessons is true of the shipped runs; exports, words and jobs."""

import io
import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.errors import FacesError, JobError
from core.labs.from_scratch import experiment, export, words
from core.labs.from_scratch.spec import LESSONS, Spec
from core.runs import runs, spec as specs
from core.runs.store import Run, Store
from tests import ready

SHIPPED = Store(str(settings.SHIPPED), shipped=None)


def variant(lesson: str, name: str) -> Run:
    run = SHIPPED.find("scratch", runs.key("scratch", LESSONS[lesson].variants[name]))
    assert run is not None
    return run


def losses(lesson: str, name: str) -> np.ndarray:
    return np.array(variant(lesson, name).history["loss"])


def test_variants_of_a_lesson_differ_in_one_thing_and_carry_no_faces() -> None:
    for lesson in LESSONS.values():
        values = [specs.to_dict(spec) for spec in lesson.variants.values()]
        differing = [name for name in values[0] if len({str(one[name]) for one in values}) > 1]
        assert len(differing) == 1, differing
    assert not [spec for spec in experiment.shipped() if spec.faces]


def test_zero_weights_have_zero_gradients_and_one_answer() -> None:
    run = variant("Weight initialisation", "zeros")
    arrays = SHIPPED.arrays(run)
    assert not arrays["inside_gradients"].any()
    assert not arrays["inside_weights"].any()
    assert arrays["inside_bias_gradients"][:, -1].all()
    assert not arrays["inside_bias_gradients"][:, :-1].any()
    assert run.facts["different_neurons"] == [1, 1, 1]
    assert len(np.unique(arrays["test_said"])) == 1


def test_small_weights_stay_on_the_plateau_or_leave_it_late() -> None:
    plateau = np.log(10)
    assert losses("Weight initialisation", "σ = 1e-3") == pytest.approx(plateau, abs=0.02)
    middle = losses("Weight initialisation", "σ = 1e-2")
    assert middle[4] == pytest.approx(plateau, abs=0.02)
    assert middle[-1] < 0.1
    assert max(losses("Weight initialisation", name)[4] for name in ("σ = 1e-1", "He")) < 0.2


def test_a_fixed_rate_stays_noisy_and_a_falling_one_settles_lower() -> None:
    fixed, falling = (losses("Learning-rate decay", name)[-30:] for name in ("constant, 0.05", "decay, 0.05 / epoch"))
    assert np.abs(np.diff(fixed)).mean() > 20 * np.abs(np.diff(falling)).mean()
    assert falling.max() < fixed.min()


def test_too_large_a_rate_jumps_and_then_never_comes_back() -> None:
    slow, quick, jumping, lost = (
        losses("Too high a learning rate", f"learning rate {rate}") for rate in ("0.01", "0.1", "1", "5")
    )
    assert (np.diff(slow) < 0).all()
    assert quick[4] < slow[4]
    assert jumping[2] > 10 * jumping[1]
    assert jumping[-1] < 0.01
    assert lost[-10:].mean() > np.log(10)


def test_more_momentum_is_faster_and_too_much_ends_worse() -> None:
    none, half, much, most = (losses("Momentum", f"momentum {m}") for m in ("0", "0.5", "0.9", "0.99"))
    assert none[9] > half[9] > much[9]
    assert most[1] < much[1]
    ends = [variant("Momentum", f"momentum {m}").history["val_loss"][-1] for m in ("0.9", "0.5", "0.99")]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    "chosen",
    [
        Spec(epochs=8),
        Spec(task="diabetes", epochs=30, patience=4),
        Spec(layers="none", components=20, mirror=True, evenness=0.5, dropout=0.1, epochs=5, weights="glorot"),
        Spec(features="hog", mirror=True, flips=True, components=20, epochs=4),
        pytest.param(Spec(features="filters", components=20, epochs=4), marks=pytest.mark.slow),
    ],
    ids=lambda chosen: f"{chosen.task}-{chosen.features}",
)
def test_the_exported_script_runs_alone_and_comes_to_the_same(chosen: Spec, tmp_path: Path) -> None:
    path = tmp_path / "network.py"
    path.write_text(export.script(chosen))
    done = ready.run([path], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    figures = experiment.train(chosen, lambda event: None, lambda: False).metrics
    name, ours = ("RMSE", figures["test_rmse"]) if "test_rmse" in figures else ("accuracy", figures["test_accuracy"])
    assert done.stdout.splitlines()[-1].startswith(f"test {name} ")
    assert float(done.stdout.split()[-1]) == pytest.approx(ours, abs=2e-4)


def test_the_exported_script_names_nothing_of_the_project() -> None:
    script = export.script(Spec())
    assert "core" not in script.replace("score", "")
    assert not export.exportable(Spec(task="age"))


def test_the_command_gives_the_spec_back() -> None:
    chosen = Spec(task="csv", csv="my table.csv", target="a", layers="8 tanh, 4 relu", rate=0.3)
    words_ = shlex.split(export.command(chosen).replace("\\\n", " "))
    assert words_[:5] == ["python", "-m", "core", "train", "scratch"]
    given = specs.parse_assignments(tuple(words_[i + 1] for i, word in enumerate(words_) if word == "--set"))
    assert specs.from_dict(Spec, given) == chosen


def test_faces_allow_no_statement_about_a_person_and_a_stopped_training_has_no_baselines() -> None:
    def sentence(task: str) -> str:
        values = {"test_rmse": 14.0, "linear_test_rmse": 17.0}
        return words.honest([(values, {"rows": [700, 100, 1000], "unit": "years"})], Spec(task=task))

    assert sentence("age").endswith("It allows no statement about a single person.")
    assert "single person" not in sentence("digits")
    assert "14 years" in sentence("age")
    stopped = words.honest([({"test_accuracy": 0.5}, {"rows": [700, 100, 1000], "unit": ""})], Spec())
    assert "no baselines were fitted" in stopped


def upload(tmp_path: Path) -> tuple[dict, bytes]:
    rng = np.random.default_rng(0)
    buffer = io.BytesIO()
    labels = {"age": rng.integers(1, 90, 260), "gender": rng.integers(0, 2, 260), "ethnicity": rng.integers(0, 5, 260)}
    np.savez(buffer, pixels=rng.integers(0, 256, (260, 12, 12), dtype=np.uint8), **labels)
    chosen = Spec(task="gender", faces="mine.npz", epochs=3, components=10, side=12)
    return {"spec": specs.to_dict(chosen), "pause": 0.0, "digest": "abc"}, buffer.getvalue()


def test_an_upload_is_trained_on_and_nothing_of_it_comes_back(tmp_path: Path) -> None:
    payload, content = upload(tmp_path)
    events: list[dict] = []
    result = experiment.train_upload(payload | {"content": content}, events.append, lambda: False)
    assert [event.get("epoch") for event in events] == [1, 2, 3, None]
    assert (result["digest"], result["spec"]) == ("abc", payload["spec"])
    assert result["weights"] == b""  # those of faces are never kept
    with np.load(io.BytesIO(result["arrays"]), allow_pickle=False) as arrays:
        assert "mistakes" not in arrays.files
        assert "confusion" in arrays.files
    assert json.dumps({name: value for name, value in result.items() if name not in ("arrays", "weights")})


def test_a_broken_upload_and_an_early_stop_are_sentences(tmp_path: Path) -> None:
    payload, content = upload(tmp_path)
    with pytest.raises(FacesError, match=r"mine.npz is not an .npz"):
        experiment.train_upload(payload | {"content": content[:500]}, lambda event: None, lambda: False)
    with pytest.raises(JobError, match="Stopped before the first epoch"):
        experiment.train_upload(payload | {"content": content}, lambda event: None, lambda: True)


def test_on_the_command_line_faces_give_metrics_of_both_parts_and_of_the_baseline(tmp_path: Path) -> None:
    _, content = upload(tmp_path)
    (tmp_path / "mine.npz").write_bytes(content)
    command = ["-m", "core", "train", "scratch", "--set", "task=age", "--set", f"faces={tmp_path}/mine.npz"]
    command += ["--set", "epochs=2", "--set", "components=10", "--set", "side=12", "--json"]
    environ = {**os.environ, "TAMRIN_HOME": str(tmp_path / "home")}
    done = ready.run(command, settings.PROJECT, environ)
    assert done.returncode == 0, done.stderr[-2000:]
    metrics = json.loads(done.stdout)["metrics"]
    for who in ("", "sklearn_", "linear_", "naive_"):
        assert {f"{who}train_rmse", f"{who}test_rmse"} <= set(metrics)
    kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert kept
    assert all(content[100:400] not in path.read_bytes() for path in kept)
    wrong = ready.run([part.replace("mine.npz", "none.npz") for part in command], settings.PROJECT, environ)
    assert wrong.returncode == 1
    assert "There is no file or folder" in wrong.stderr
    assert "Traceback" not in wrong.stderr
