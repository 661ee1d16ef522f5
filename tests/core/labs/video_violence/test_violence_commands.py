"""The commands of the video check, on the shipped network."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from violence_films import even, film

from core import settings
from core.__main__ import main
from core.labs.video_violence import experiment
from core.labs.video_violence.clips import drawing
from core.labs.video_violence.clips.layouts import KINDS
from core.runs import runs
from core.runs.store import Store


def command(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_check_video_gives_the_time_line_that_the_page_opens_with() -> None:
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("violence", runs.key("violence", experiment.shipped()[0]))
    done = command("check-video", str(drawing.PATH), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["model"] == run.key
    assert told["spent"] > 0
    assert [(w["start"], w["end"]) for w in told["windows"][:3]] == [(0, 2), (1, 3), (2, 4)]
    found = [w["probability"] for w in told["windows"]]
    assert found == pytest.approx(store.arrays(run)["sample_probability"].tolist(), abs=2e-3)


def test_what_is_no_video_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("hello " * 100)
    done = command("check-video", str(tmp_path / "letter.mp4"), "--json")
    assert done.exit_code == 1
    assert "not a video file" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_evaluate_on_unseen_clips(tmp_path: Path) -> None:
    rows = ["path,label,source"]
    for number in range(12):
        (tmp_path / f"{number}.mp4").write_bytes(film(even(2, 10)))
        rows.append(f"{number}.mp4,{KINDS[number % 2]},{number}")
    (tmp_path / "clips.csv").write_text("\n".join(rows))
    done = command("evaluate", "violence", "--clips", str(tmp_path / "clips.csv"), "--threshold", "0.05", "--json")
    assert done.exit_code == 0, done.output
    metrics = json.loads(done.stdout)["metrics"]
    assert metrics["clips"] == sum(map(sum, metrics["confusion"])) == 12
    assert metrics["auc"] == 0.5  # twelve times the same film
    assert metrics["threshold"] == 0.05


def test_other_kinds_have_no_clips_to_evaluate() -> None:
    done = command("evaluate", "scratch", "--clips", "nowhere")
    assert done.exit_code == 1
    assert "takes no --clips" in done.stderr
