"""The NumPy writer against the Keras network, the loop that trains, and what the store keeps."""

import dataclasses

import numpy as np
import pytest

from core.labs.hafez.corpus import corpus, divan, inputs
from core.labs.hafez.corpus.divan import ALPHABET, encode, text_of
from core.labs.hafez.network import candidates, models, training
from core.labs.hafez.network.generate import sample, write
from core.labs.hafez.network.models import Generator
from core.labs.hafez.network.worker import trace
from core.labs.hafez.spec import Spec

LINES = divan.ghazals()[10][:4]
SPECS = [
    Spec(cell="rnn", units=12, embedding=6),
    Spec(cell="gru", units=12, embedding=6, layers=2),
    Spec(cell="lstm", units=12, embedding=6, layers=3),
    Spec(cell="gru", units=12, tied=True),
    Spec(cell="gru", units=13, embedding=6, told=True, grams=1024, half=True),
]


def random_network(spec: Spec):
    """Weights of a fair size everywhere, tables and biases included."""
    network, rng = models.build(spec, ALPHABET), np.random.default_rng(1)
    network.set_weights([w if w.dtype.kind in "ui" else rng.normal(0, 0.3, w.shape) for w in network.get_weights()])
    return network


def generator_of(network) -> Generator:
    return models.generator(network, ALPHABET)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: f"{s.cell}-{s.layers}{'-tied' * s.tied}{'-told' * s.told}")
def test_the_writer_reads_like_keras(spec: Spec) -> None:
    network = random_network(spec)
    poem = training.of_poem(LINES, spec.grams)
    letters, _, facts, rows = poem.window(0, poem.letters)
    logits, _, states = network.run(letters.astype("int32"), facts.astype("int32"), rows, network.zero_states(1), False)
    odds = np.exp(logits.numpy()[:, 0].astype("float64"))
    odds /= odds.sum(axis=1, keepdims=True)
    seen = trace(generator_of(network), text_of(LINES))
    assert np.abs(seen.odds - odds).max() < 2e-4  # kernels are rounded to 16 bits
    assert np.abs(seen.states - states.numpy()[:, 0]).max() < 2e-3
    ours = candidates.surprise(generator_of(network), text_of(LINES))
    assert np.abs(ours - training.bits(network, [poem])[0, : poem.letters]).max() < 5e-3
    assert np.allclose(ours, seen.bits(encode(text_of(LINES))))


def test_windows_with_carried_states_are_one_long_read() -> None:
    network, poem = random_network(SPECS[1]), training.of_poem(LINES, 0)
    letters, _, _, _ = poem.window(0, 60)
    whole, _, _ = network.run(letters.astype("int32"), None, None, network.zero_states(1), False)
    states, parts = network.zero_states(1), []
    for start in range(0, 60, 20):
        part, states, _ = network.run(letters[start : start + 20].astype("int32"), None, None, states, False)
        parts.append(part.numpy())
    assert np.abs(np.concatenate(parts) - whole.numpy()).max() < 1e-5


def test_the_half_product_has_the_gradient_of_the_whole_one() -> None:
    import tensorflow as tf

    from core.labs.hafez.network import network as half
    from core.learn.networks import recurrent

    rng = np.random.default_rng(0)
    x, kernel, bias, h = (tf.constant(rng.normal(0, 0.4, s), tf.float32) for s in [(9, 4, 24), (8, 24), (24,), (4, 8)])
    found = []
    for gru in (half.gru, lambda *given: recurrent.gru(*given, True)):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel, bias])
            out = gru(x, kernel, bias, h)
            loss = tf.reduce_sum(tf.sin(out[-1]) + tf.reduce_mean(out, axis=0))
        found.append([out, *tape.gradient(loss, [x, kernel, bias])])
    for ours, exact in zip(*found, strict=True):
        scale = float(tf.reduce_max(tf.abs(exact)))
        assert float(tf.reduce_max(tf.abs(ours - exact))) < 0.03 * scale  # bfloat16 has 8 bits


def test_stored_weights_come_back(tmp_path) -> None:
    for spec in (SPECS[2], SPECS[3], SPECS[4]):
        network = random_network(spec)
        kept = models.packed(network)  # with half, the network has the rounded weights after this
        back = models.load(spec, ALPHABET, kept)
        for restored, values in zip(back.get_weights(), network.get_weights(), strict=True):
            assert np.array_equal(restored, values)


def test_16_bits_halve_the_file() -> None:
    spec = dataclasses.replace(SPECS[4], units=64)
    whole = len(models.packed(random_network(dataclasses.replace(spec, half=False))))
    assert len(models.packed(random_network(spec))) < 0.6 * whole


TINY = Spec(units=24, embedding=8, epochs=2, batch_size=16, steps=32, told=True, grams=256, average=0.9)


def small_corpus() -> corpus.Corpus:
    found = corpus.hafez()
    return dataclasses.replace(found, train=found.train[:24], held_out=found.held_out[:4])


def test_training_tells_bits_and_samples_and_a_stopped_one_is_its_beginning() -> None:
    told: list[dict] = []
    _, fit, _ = training.train(TINY, small_corpus(), told.append, lambda: False, lambda network: "نمونه")
    assert [part["epoch"] for part in told] == [1, 2]
    assert told[-1]["logs"]["sample"] == "نمونه"
    assert fit.history["held_out_bits"][-1] < fit.history["held_out_bits"][0] < np.log2(len(ALPHABET)) + 0.1
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += len(told) == 3  # once the first epoch of the second training was told
        return asked > 2

    _, half_fit, _ = training.train(TINY, small_corpus(), told.append, stop, lambda network: "")
    assert (half_fit.stopped, half_fit.kept_epoch) == ("by the person", 1)
    assert half_fit.history["bits"][0] == pytest.approx(fit.history["bits"][0], rel=1e-5)
    assert half_fit.history["held_out_bits"] == pytest.approx(fit.history["held_out_bits"][:1], rel=1e-5)


def test_the_rate_rises_stays_and_falls() -> None:
    plan = training.Plan(Spec(epochs=40), corpus.hafez())
    rates = np.array([plan.rate(step) for step in range(1, plan.total + 1)])
    assert rates.max() == pytest.approx(Spec.learning_rate, rel=0.01)
    assert rates.argmax() == pytest.approx(min(150, 0.05 * plan.total), abs=2)
    assert rates[-1] == pytest.approx(0.02 * Spec.learning_rate, rel=0.05)


def test_the_average_of_weights_by_its_definition() -> None:
    class Weights:
        value = 0.0

        def get_weights(self):
            return [np.array([self.value])]

    source = Weights()
    mean = training.Average(source, 0.8)
    values = [3.0, 5.0, -1.0, 2.0]
    for source.value in values:
        mean.take()
    shares = 0.8 ** np.arange(3, -1, -1.0)
    assert mean.weights[0][0] == pytest.approx((shares * values).sum() / shares.sum())


def test_every_letter_is_dealt_once_and_in_order() -> None:
    poems = corpus.hafez().train[:40]
    dealt = training.lanes(poems, 4, 256)
    assert dealt.read[:, 1:].tolist() == dealt.next[:, :-1].tolist()
    text = ["".join(ALPHABET[n] for n in lane) for lane in dealt.next]
    whole = {text_of(poem) for poem in poems}
    for lane in text:
        parts = lane.split("\n\n")[:-1]
        assert parts
        assert {part + "\n\n" for part in parts} <= whole
    given = training.lanes(poems, 4, 256, hints=True)
    assert (given.next == dealt.next).all()
    assert (given.facts != dealt.facts).any()


def test_sampled_letters_follow_the_probabilities() -> None:
    logits, odds, rng = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32)), np.zeros(4), np.random.default_rng(0)

    def shares(temperature: float, top_k: int, top_p: float) -> np.ndarray:
        sampled = [sample(logits, temperature, top_k, top_p, chance, odds) for chance in rng.random(4000)]
        return np.bincount(sampled, minlength=4) / 4000

    assert shares(1.0, 0, 1.0) == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    cold = np.array([0.5, 0.3, 0.15, 0.05]) ** 2
    assert shares(0.5, 0, 1.0) == pytest.approx(cold / cold.sum(), abs=0.03)
    assert shares(1.0, 2, 1.0) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(1.0, 0, 0.7) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(0.0, 0, 1.0).tolist() == [1, 0, 0, 0]


def test_the_compiled_loop_writes_what_keras_finds_likeliest() -> None:
    network = random_network(SPECS[4])
    generator, prompt = generator_of(network), encode("دل ")
    text, states = np.zeros(60, np.int8), np.zeros((2, 1, 13), np.float32)
    length = write(
        generator.weights, generator.rows, text, 40, prompt, encode(""), 0.0, 0, 1.0, np.zeros(60), states, 99
    )
    assert length == 60
    given = inputs.facts_of(text, encode(""))
    read = np.concatenate([[0], text[:-1]]).astype(np.int8)
    rows = np.asarray(inputs.rows_of(read, 1024))
    logits, _, _ = network.run(
        read[:, None].astype("int32"), given[:, None].astype("int32"), rows[:, None], network.zero_states(1), False
    )
    logits, start, number = logits.numpy()[:, 0], 0, 0
    for position in range(60):
        barred = position == start and number == 0  # no poem begins with an empty line
        likeliest = logits[position, 1:].argmax() + 1 if barred else logits[position].argmax()
        wanted = 0 if position - start >= 40 else likeliest
        assert text[position] == (prompt[position] if position < 3 else wanted)
        if text[position] == 0:
            start, number = position + 1, 0 if position == start else number + 1


def test_candidates_carry_the_surprise_of_their_letters() -> None:
    generator = generator_of(random_network(SPECS[4]))
    before = "".join(line + "\n" for line in LINES[:2])
    found = candidates.hemistichs(
        generator, encode(before), encode(""), candidates.SamplingParams(1.0), 40, 48, np.random.default_rng(3)
    )
    assert len(found) == 40
    for candidate in (c for c in found if c.whole):
        ways = [f"{a}{candidate.line}{b}" for a in ("", " ") for b in ("", " ")]  # blanks at its ends were cut
        own = [candidates.surprise(generator, before + way + "\n")[len(before) :].mean() for way in ways]
        if "  " not in candidate.line:
            assert min(abs(bits - candidate.bits) for bits in own) < 1e-3
    assert sum(c.whole for c in found) > 5


def test_a_logit_bias_brings_the_rhyme() -> None:
    generator = generator_of(random_network(SPECS[4]))
    before = encode("".join(line + "\n" for line in LINES[:3]))
    ends = []
    for bias in (0.0, 12.0):
        found = candidates.hemistichs(
            generator,
            before,
            encode(""),
            candidates.SamplingParams(0.7, logit_bias=bias),
            60,
            48,
            np.random.default_rng(0),
        )
        ends.append(sum(c.line.endswith(LINES[0][-2:]) for c in found))
    assert ends[1] > ends[0] + 10
