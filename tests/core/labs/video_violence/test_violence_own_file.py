"""The included network on a user's own labelled clips, beside its held-out clips."""

from pathlib import Path

import numpy as np
import pytest
from violence_films import even, film, picture

from core import labs, settings
from core.errors import ClipsError
from core.labs.video_violence import elsewhere, experiment
from core.labs.video_violence.clips import clips, listing
from core.labs.video_violence.clips.layouts import KINDS
from core.labs.video_violence.clips.recipes import LIGHT
from core.runs import runs
from core.runs.store import Run, Store
from tests.core.labs.images.stand_ins import zipped

STORE = Store(str(settings.SHIPPED), shipped=None)
FIGHTS = Path(settings.PROJECT).parent / "shared/data/fights"


@pytest.fixture(scope="module")
def run() -> Run:
    return STORE.find("violence", runs.key("violence", experiment.shipped()[0]))


def clip(number: int) -> bytes:
    return film(even(2, 12), size=(128, 96), pictures=[picture(step + number, (128, 96)) for step in range(24)])


def table(count: int, label: str = "") -> dict[str, bytes]:
    rows = ["path,label,source", *(f"{n}.mp4,{label or KINDS[n % 2]},{n}" for n in range(count))]
    return {"clips.csv": "\n".join(rows).encode()} | {f"{n}.mp4": clip(n) for n in range(count)}


def judged(run: Run, files: dict[str, bytes]):
    return labs.own_upload("violence", run.key, STORE.url, zipped(files), "mine.zip")


def test_a_zip_with_a_table_is_compared_with_the_held_out_clips(run: Run) -> None:
    found = judged(run, table(12) | {"broken.mp4": b"no film"})
    assert found.classes == elsewhere.CLASSES
    assert sorted(found.there.truth) == [0] * 6 + [1] * 6
    assert len(found.home.truth) == 251
    arrays = STORE.arrays(run)
    right = (arrays["folds_logit"][0] > 0) == arrays["folds_truth"]
    assert found.home.right == right.sum()
    shift = {one.name: (one.home, one.there) for one in found.shift}
    assert shift["width, pixels"] == ("640", "128")
    assert shift["frames per second"][0] == "29.97"
    assert any("broken.mp4" in told for told in found.told)
    assert found.told[-1] == elsewhere.spread(arrays)


def test_the_home_figure_is_told_with_its_spread_over_seeds_and_folds() -> None:
    arrays = {
        "folds_truth": np.array([1, 1, 0, 0]),
        "folds_number": np.array([0, 0, 1, 1]),
        "folds_logit": np.array([[2.0, 1, -1, -1], [2, -1, -1, -1]]),
    }
    assert (
        "100.0% and 75.0% by random seed, of which the first stands below, and 75.0% to 100.0% by fold"
        in elsewhere.spread(arrays)
    )
    arrays["folds_logit"] = np.array([[2.0, 1, -1, -1], [2, -1, -1, -1], [2, -1, -1, 1]])
    assert "50.0% to 100.0% by random seed" in elsewhere.spread(arrays)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "."),
        (table(12, "fight"), "0 clips of noFight"),
        (table(4), "2 clips of noFight; at least 6"),
        ({f"fight/{n}.mp4": b"" for n in range(8)} | {f"noFight/{n}.mp4": b"" for n in range(8)}, "at least 6"),
        ({"clips.csv": b"path,label\n../../x.mp4,fight\n"}, "outside of the archive"),
    ],
    ids=["empty", "one class", "too few", "broken", "paths that lead out"],
)
def test_archives_that_cannot_be_used_get_a_sentence(run: Run, files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(ClipsError, match=sentence):
        judged(run, files)


@pytest.mark.slow
@pytest.mark.skipif(not FIGHTS.is_dir(), reason="needs ../shared/data/fights")
def test_the_medians_at_home_are_those_of_the_fights(tmp_path: Path) -> None:
    found = clips.usable(listing.of_place(str(FIGHTS), {}), LIGHT, tmp_path)
    for name, value in elsewhere.looks(found.clips, found.raw).items():
        assert value == pytest.approx(elsewhere.HOME[name], abs=0.005), name
