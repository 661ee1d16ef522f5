"""The Keras model: the report's parameters, padding that changes nothing, gradients, and Adam on rows."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.labs.emotion import words
from core.labs.emotion.network import classifier, network
from core.labs.emotion.network.classifier import Classifier
from core.labs.emotion.network.network import HiddenWords, Reader
from core.labs.emotion.spec import REPORT, Spec

RNG = np.random.default_rng(4)
SMALL = {"vocabulary": 30, "embedding": 5, "units": 6, "dense": 7, "dropout": 0.0}


def numbers(rows: int, longest: int) -> list[list[int]]:
    return [RNG.integers(1, 30, n).tolist() for n in [longest, *RNG.integers(1, longest, rows - 1)]]


def test_the_reports_network_has_the_reports_parameters() -> None:
    model = network.build(REPORT, 6)
    assert [row["parameters"] for row in network.parameters(model)] == [6_000_000, 176_640, 1_024, 16_448, 390]
    assert model.count_params() == 6_194_502


def peer(reader: Reader) -> keras.Layer:
    """Keras' own bidirectional GRU with the reader's weights."""
    layer = keras.layers.Bidirectional(keras.layers.GRU(6))
    layer.build((4, 9, 5))
    layer.set_weights([w for way in reader.ways for w in way.get_weights()])
    return layer


@pytest.mark.parametrize("compiled", [False, True])
def test_the_reader_and_its_gradients_are_those_of_keras_over_a_mask(compiled: bool) -> None:
    reader = Reader("gru", 6, both=True)
    reader.build((None, None, 5))
    for way in reader.ways:
        way.set_weights([RNG.normal(0, 0.6, w.shape) for w in way.get_weights()])
    sequences, lengths = tf.constant(RNG.normal(size=(4, 9, 5)), tf.float32), np.array([9, 1, 4, 7])
    mask = np.arange(9) < lengths[:, None]

    def gradients(layer):
        with tf.GradientTape() as tape:
            tape.watch(sequences)
            out = layer(sequences, mask=tf.constant(mask), training=True)
            loss = tf.reduce_sum(out**2)
        return out, *tape.gradient(loss, [sequences, *(weight.value for weight in layer.trainable_weights)])

    ours = (tf.function(gradients) if compiled else gradients)(reader)
    theirs = gradients(peer(reader))
    assert len(ours) == len(theirs) == 2 + 6
    for own, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(own, other, atol=2e-5)


@pytest.mark.parametrize("cell", ["bigru", "gru", "lstm", "rnn"])
def test_numpy_says_what_keras_says_and_padding_changes_nothing(cell: str) -> None:
    model = network.build(Spec(cell=cell, **SMALL), 3)
    model.set_weights([RNG.uniform(0.1, 0.9, w.shape) * RNG.choice([1, 1, -1]) ** 2 for w in model.get_weights()])
    encoded = numbers(9, 12)
    blank = Classifier(cell, ("a", "b", "c"), words.Vocabulary(("x",)), 12, network.weights(model))
    said = classifier.unpacked(classifier.packed(blank)).of_numbers(encoded)
    for width in (12, 40):
        table = tf.constant(words.table(encoded, width))
        np.testing.assert_allclose(said, model(table, training=False), atol=2e-3)  # kept in half precision
    alone = model(tf.constant(words.table(encoded[3:4], 12)), training=False)
    np.testing.assert_allclose(alone, model(table, training=False)[3:4], atol=1e-6)


def test_adam_on_rows_is_adam_where_every_row_is_named_and_leaves_the_others_alone() -> None:
    start, slope = RNG.normal(size=(6, 3)).astype("float32"), RNG.normal(size=(6, 3)).astype("float32")
    ours, theirs, partly = (keras.Variable(start) for _ in range(3))
    lazy, plain, other = network.LazyAdam(0.01), keras.optimizers.Adam(0.01), network.LazyAdam(0.01)
    order = [3, 0, 5, 1, 2, 4]
    for step in range(4):
        rows = tf.IndexedSlices(tf.constant(slope[order] * (step + 1)), tf.constant(order), tf.constant([6, 3]))
        lazy.apply([rows], [ours])
        plain.apply([tf.constant(slope * (step + 1))], [theirs])
        twice = tf.IndexedSlices(tf.constant(slope[[2, 2]]), tf.constant([2, 2]), tf.constant([6, 3]))
        other.apply([twice], [partly])
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    moved = np.abs(partly.numpy() - start).max(axis=1) > 0
    assert moved.tolist() == [False, False, True, False, False, False]


def test_a_share_of_the_words_is_hidden_while_training_and_padding_never() -> None:
    layer, tokens = HiddenWords(0.25), tf.constant([[7] * 400 + [words.PADDING] * 50] * 20)
    np.testing.assert_array_equal(layer(tokens, training=False), tokens)
    seen = layer(tokens, training=True).numpy()
    assert set(seen[:, :400].ravel()) == {7, words.UNKNOWN}
    assert np.mean(seen[:, :400] == words.UNKNOWN) == pytest.approx(0.25, abs=0.03)
    assert not seen[:, 400:].any()
    assert (layer(tokens, training=True).numpy() != seen).any()


def test_an_epoch_reads_every_text_in_whole_batches() -> None:
    order = network.whole_batches(1003, 32)(np.random.default_rng(1))
    assert sorted(set(order)) == list(range(1003))
    assert len(order) == 1024
    assert len(network.whole_batches(64, 32)(np.random.default_rng(1))) == 64


def test_a_rate_that_falls_is_zero_after_the_last_step() -> None:
    falling = network.build(Spec(**SMALL, learning_rate=0.1), 3, steps=4).optimizer
    fixed = network.build(Spec(**SMALL, learning_rate=0.1, falling=False), 3, steps=4).optimizer
    for step, expected in ((0, 0.1), (2, 0.05), (4, 0.0)):
        falling.iterations.assign(step)
        assert float(falling.learning_rate) == pytest.approx(expected, abs=1e-7)
        assert float(fixed.learning_rate) == pytest.approx(0.1)


def test_class_weights_let_every_class_count_the_same() -> None:
    labels = np.array([0] * 6 + [1] * 3 + [2])
    weights = network.class_weights(labels, 3)
    assert weights * np.bincount(labels) == pytest.approx([10 / 3] * 3)
    plain, weighted = network.build(Spec(**SMALL), 3), network.build(Spec(**SMALL, weighted=True), 3, weights)
    said = tf.constant([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])
    each = -np.log([0.7, 0.8])
    assert float(plain.compute_loss(y=tf.constant([0, 2]), y_pred=said)) == pytest.approx(each.mean(), rel=1e-5)
    expected = (each * weights[[0, 2]]).mean()
    assert float(weighted.compute_loss(y=tf.constant([0, 2]), y_pred=said)) == pytest.approx(expected, rel=1e-5)
