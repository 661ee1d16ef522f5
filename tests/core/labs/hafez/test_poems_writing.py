"""Writing in form by the shipped network: the search, what it keeps, and what a worker gives to a page."""

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner

from core import settings
from core.__main__ import main
from core.labs.hafez import check, experiment, measure, metre
from core.labs.hafez.corpus import divan
from core.labs.hafez.network import compose, models, worker
from core.labs.hafez.network.models import Generator
from core.labs.hafez.spec import PEN_NAME, Request, Spec
from core.runs import runs, spec as specs
from core.runs.store import Run, Store

STORE = Store(str(settings.SHIPPED), shipped=None)


@pytest.fixture(scope="module")
def shipped() -> Run:
    return STORE.find("poems", runs.key("poems", experiment.BEST))


@pytest.fixture(scope="module")
def generator(shipped: Run) -> Generator:
    return models.stored(shipped.key, STORE.url)


@pytest.fixture(scope="module")
def ghazals(generator: Generator) -> list[list[str]]:
    return measure.written(generator, 3, Request(beyts=5))


def test_ghazals_keep_their_form_and_are_nobodys(ghazals: list[list[str]]) -> None:
    for lines in ghazals:
        assert len(lines) == len(set(lines)) == 10
        found = check.opening(*lines[:2])
        assert all(check.kept(lines))
        assert not any(found.kept_by(line) for line in lines[2::2])
        words = [found.word(line) for line in (lines[0], *lines[1::2])]
        assert len(set(words)) == len(words)  # no rhyming word comes twice
        assert not any(check.equals_a_line(line) for line in lines)
        assert max(len(check.longest_span(line)) for line in lines) <= compose.LONGEST_COPY
        assert PEN_NAME in lines[-2].split()
        assert all(abs(len(line) - len(lines[0])) <= 8 for line in lines)


def test_the_same_request_is_the_same_poem_hemistich_by_hemistich(
    generator: Generator, ghazals: list[list[str]]
) -> None:
    wanted = Request(beyts=5, seed=1)
    assert compose.next_line(generator, wanted, ghazals[1][:7]) == ghazals[1][7]
    assert compose.next_line(generator, wanted, ghazals[1][:1]) == ghazals[1][1]
    assert ghazals[0] != ghazals[1]


def test_first_words_and_refrain_are_kept(generator: Generator) -> None:
    lines = compose.poem(generator, Request(beyts=2, prompt="اگر آن", radif="را", pen_name=False))
    assert lines[0].startswith("اگر آن ")
    assert [line.split()[-1] for line in (lines[0], lines[1], lines[3])] == ["را"] * 3
    assert check.opening(*lines[:2]).radif == ("را",)


def test_form_off_throws_letters_alone(generator: Generator) -> None:
    wanted = Request(form=False, prompt="دل من")
    lines: list[str] = []
    for _ in range(4):
        lines.append(compose.next_line(generator, wanted, lines))
    assert lines[0].startswith("دل من")
    assert lines == live_lines(wanted)
    assert compose.free_line(generator, dataclasses.replace(wanted, seed=8), []) != lines[0]


def live_lines(wanted: Request) -> list[str]:
    key = runs.key("poems", experiment.BEST)
    return worker.lines(key, STORE.url, wanted, 4)


@pytest.mark.parametrize("radif", ["", "کجاست"])
def test_a_search_without_any_fitting_line_still_gives_one(monkeypatch: pytest.MonkeyPatch, radif: str) -> None:
    from core.labs.hafez.corpus.divan import ALPHABET

    spec = Spec(units=8, embedding=4, told=True)
    generator = models.generator(models.build(spec, ALPHABET), ALPHABET)
    monkeypatch.setattr(compose, "ROUNDS", 2)
    lines = compose.poem(generator, Request(beyts=2, temperature=0.9, radif=radif))
    assert len(lines) == 4
    assert all(isinstance(line, str) and line for line in lines)


def test_stored_bits_are_what_the_weights_have(shipped: Run, generator: Generator) -> None:
    from core.labs.hafez.corpus import corpus

    assert np.concatenate(measure.bits(generator, corpus.hafez())).mean() == pytest.approx(
        shipped.metrics["held_out_bits"], abs=1e-4
    )
    assert shipped.metrics["held_out_bits"] < 2.30 < shipped.metrics["naive_bits"]
    assert shipped.history["held_out_bits"][-1] == pytest.approx(shipped.metrics["held_out_bits"], abs=0.01)


def test_the_card_s_figures_of_form_hold(shipped: Run) -> None:
    figures = shipped.metrics
    assert figures["beyts_in_rhyme"] >= 0.95
    assert figures["lines_of_the_divan"] == 0
    assert figures["longest_copy_median"] < 25
    assert figures["new_words"] < 0.25


def test_the_stored_poem_is_the_default_request_s(shipped: Run, generator: Generator) -> None:
    lines = bytes(STORE.arrays(shipped)["poem"]).decode().split("\n")
    assert compose.next_line(generator, Request(), lines[:5]) == lines[5]
    assert shipped.facts["scansion"] == metre.scansion(lines)


def test_inside_gives_odds_bits_and_states_of_every_letter(shipped: Run) -> None:
    poem = list(divan.ghazals()[20][:2])
    seen = worker.inside(shipped.key, STORE.url, poem)
    letters = sum(len(line) + 1 for line in poem)
    assert seen["odds"].shape == (letters, 37)
    assert seen["odds"].sum(axis=1) == pytest.approx(np.ones(letters), abs=1e-4)
    assert seen["states"].shape == (letters, shipped.spec["units"])


def test_correlations_are_numpy_s() -> None:
    rng = np.random.default_rng(0)
    states, facts = rng.normal(size=(200, 5)), rng.normal(size=(200, 4))
    states[:, 2] = -3 * facts[:, 1]
    states[:, 4] = 1.0  # never changes
    found = worker.correlations(states, facts)
    assert found[2, 1] == pytest.approx(-1)
    assert found[0, 3] == pytest.approx(np.corrcoef(states[:, 0], facts[:, 3])[0, 1])
    assert (found[4] == 0).all()


def test_what_a_unit_may_follow_by_hand() -> None:
    facts = worker.followed(("دل ما", "جان ما"))
    assert facts[:, 0][:6] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert facts[:6, 1].tolist() == [0, 0, 1, 0, 0, 1]
    assert facts[:6, 2].tolist() == [0, 0, 0, 0, 0, 0]  # the words before the refrain do not rhyme
    assert facts[5:8, 3].tolist() == [0, 1, 1]


def test_units_of_the_shipped_network_beat_chance(generator: Generator) -> None:
    found = worker.search(generator)
    chance = found["by chance"][0][1]
    for name in worker.FOLLOWED[:2]:
        assert abs(found[name][0][1]) > 2 * chance


def test_the_three_cells_are_of_one_size_and_beat_less_than_the_large_one(shipped: Run) -> None:
    small = [STORE.find("poems", runs.key("poems", spec)) for spec in experiment.SMALL]
    assert [run.spec["cell"] for run in small] == ["rnn", "lstm", "gru"]
    assert len({(run.spec["units"], run.spec["epochs"]) for run in small}) == 1
    for run in small:
        assert shipped.metrics["held_out_bits"] < run.metrics["held_out_bits"] < 5.2
        assert run.metrics["naive_bits"] == shipped.metrics["naive_bits"]


def test_a_small_network_is_trained_stored_and_measured_again(tmp_path) -> None:
    text = tmp_path / "own.txt"
    text.write_text("\n\n".join(f"piece {n} of a song\nwith line {n} and more of it" * 4 for n in range(40)))
    chosen = Spec(cell="rnn", units=16, embedding=8, epochs=1, corpus=str(text), batch_size=4)
    store = Store(str(tmp_path / "runs"), shipped=None)
    told: list[dict] = []
    run = runs.train("poems", chosen, store, told.append)
    assert len(told[0]["logs"]["sample"].split("\n")) == experiment.SAMPLE_LINES
    again = experiment.evaluate(specs.from_dict(Spec, run.spec), store.weights(run))
    assert again == pytest.approx({"held_out_bits": run.metrics["held_out_bits"]})
    assert len(bytes(store.arrays(run)["poem"]).decode().split("\n")) == 14
    assert "scansion" not in run.facts


def test_the_command_writes_what_the_page_would(generator: Generator) -> None:
    done = CliRunner().invoke(main, ["poem", "--beyts", "1", "--seed", "5", "--prompt", "<b>اگر</b> آن", "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["lines"] == compose.poem(generator, Request(beyts=1, seed=5, prompt="اگر آن"))
    assert told["request"]["prompt"] == "اگر آن"
    assert told["beyts_in_rhyme"] == 1
    assert told["copied"]["equal_lines"] == 0
    assert told["seconds"] > 0
    shown = CliRunner().invoke(main, ["poem", "--beyts", "1", "--seed", "5", "--prompt", "اگر آن"])
    assert shown.stdout == " | ".join(told["lines"]) + "\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prompt", "roses"], "no Persian letter"),
        (["--prompt", "د" * 10_000], "10,000 characters"),
        (["--beyts", "0"], "from 1 to 20"),
        (["--network", "zzzz"], "0 saved runs"),
    ],
)
def test_a_command_that_cannot_be_done_is_a_sentence(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(main, ["poem", *arguments])
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output


def test_the_baseline_by_hand(shipped: Run) -> None:
    from core.labs.hafez import baseline

    def mixed(*levels: tuple[int, int, int]) -> float:
        odds = 1 / 3
        for seen, kinds, total in levels:  # orders 0 to 4
            odds = (seen + kinds * odds) / (total + kinds)
        return odds

    alone = (1, 1, 1)  # a context that was seen once
    expected = [
        mixed((1, 2, 3), (1, 2, 2), alone, alone, alone),  # a, at the beginning
        mixed((2, 2, 3), alone, alone, alone, alone),  # the line end after it
        mixed((2, 2, 3), (1, 2, 2), alone, alone, alone),  # the empty line
    ]
    counts = baseline.Counts([("a",)], 3)
    assert counts.bits(("a",)) == pytest.approx(-np.log2(expected))
    assert counts.parameters == 2 + 3 + 3 + 3 + 3  # "a" and two line ends; each longer context has one follower
    assert shipped.metrics["naive_bits"] == pytest.approx(2.71, abs=0.02)
