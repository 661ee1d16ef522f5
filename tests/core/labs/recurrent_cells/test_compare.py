"""Tables and sentences of a comparison, on runs with made-up figures."""

import dataclasses

import pytest

from core.labs.recurrent_cells import compare, weather
from core.learn.contest import Contest
from core.learn.rivals import Difference, Rival
from core.runs import compared
from core.runs.store import Run


def run(cell: str, seed: int, rmse: float, pace: float = 0.1, origin: str = "store", stopped: bool = False) -> Run:
    names = [f"{part}_{m}" for part in ("train", "validation", "test") for m in ("mse", "rmse", "mae")]
    return Run(
        kind="weather",
        key=f"{cell}{seed}",
        spec=vars(weather.Spec(cell=cell, seed=seed)),
        data={},
        metrics={**dict.fromkeys(names, 1.0), "test_rmse": rmse, "test_skill": 0.1},
        history={"loss": [3.0, 2.0], "val_loss": [4.0, 3.5]},
        seconds=10.0,
        seconds_per_epoch=pace,
        kept_epoch=2,
        stopped=stopped,
        facts={"parameters": 10, "layers": [{"layer": "GRU", "parameters": 7}, {"layer": "Dense", "parameters": 3}]},
        versions={},
        created="",
        origin=origin,
    )


def rival(name: str, rmse: float, parameters: int = 0) -> Rival:
    return Rival(name, "", parameters, {**run("rnn", 0, rmse).metrics, "test_rmse": rmse}, {})


BESIDE = [rival("naive forecast", 3.0), rival("linear regression", 2.7, 11)]


def groups(**scores: list[float]) -> compare.Groups:
    return {cell: [run(cell, seed, rmse) for seed, rmse in enumerate(values)] for cell, values in scores.items()}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (groups(lstm=[2.0, 2.01, 1.99], gru=[3.0, 3.01, 2.99]), "LSTM is better"),
        (groups(lstm=[2.0, 2.5, 1.5], gru=[2.1, 2.6, 1.6]), "may be chance"),
        (groups(lstm=[2.0], gru=[3.0]), "cannot tell which model is better"),
        (groups(lstm=[2.0, 2.1]), "at least two models"),
    ],
)
def test_says_whether_a_difference_is_more_than_chance(found: compare.Groups, words: str) -> None:
    assert words in compare.seed_sentence(found)


def test_table_has_ours_the_rivals_and_the_reports_figures() -> None:
    contest = Contest({}, "lstm", "", "linear regression", {"lstm": Difference(0.3, 0.01, 9, 2, 0.0), "gru": None})
    frame = compare.table(groups(lstm=[2.0, 4.0], gru=[3.0]), BESIDE, True, contest).set_index("network")
    assert frame.loc["LSTM", ["± test RMSE", "p-value"]].tolist() == pytest.approx([2**0.5, 0.01])
    assert frame.loc[["GRU", "linear regression"], ["± test RMSE", "p-value"]].isna().all(axis=None)
    assert frame.loc["LSTM", "test RMSE"] == 3.0
    assert frame.loc["LSTM", "parameters by layer"] == "7 / 3"
    assert frame.loc["GRU", "final validation loss"] == 3.5
    assert frame.loc["naive forecast", "test RMSE"] == 3.0
    assert frame.loc["linear regression", ["parameters", "test RMSE"]].tolist() == [11, 2.7]
    assert frame.index[:4].tolist() == ["LSTM", "GRU", "naive forecast", "linear regression"]
    assert frame.loc["report: LSTM", "final validation loss"] == 9.63
    assert not [name for name in compare.table(groups(lstm=[2.0]), BESIDE, False, None)["network"] if "report" in name]


def test_stopped_runs_are_shown_and_still_wanted() -> None:
    wanted = [weather.Spec(cell="gru", seed=seed) for seed in range(3)]
    stored = {wanted[0]: run("gru", 0, 1.0), wanted[1]: run("gru", 1, 1.0, stopped=True)}

    class Shelf:
        def find(self, kind, spec):
            return stored.get(spec)

    found = compared.collect(Shelf(), "weather", wanted, lambda spec: spec, "cell")
    assert (len(found.groups["gru"]), found.missing) == (2, (wanted[1], wanted[2]))
    assert found.origin() == "2 of 3 networks, trained here, 1 stopped early"


def test_estimate_grows_with_the_work_and_shrinks_with_workers() -> None:
    known = [run("lstm", 0, 1.0, pace=0.1), run("rnn", 0, 1.0, pace=0.05)]
    spec = weather.Spec(cell="lstm", epochs=100)
    alone = compare.estimate_seconds((spec,), known, workers=2)
    assert alone == pytest.approx(100 * 0.1 + compare.COMPILE_SECONDS)
    assert compare.estimate_seconds((spec, spec), known, workers=2) == pytest.approx(alone)
    assert compare.estimate_seconds((spec, spec), known, workers=1) == pytest.approx(2 * alone)
    longer = dataclasses.replace(spec, window=40)
    assert compare.estimate_seconds((longer,), known, workers=2) > 3 * alone
    assert compare.estimate_seconds((spec,), [], workers=2) is None
