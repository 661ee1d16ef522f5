"""Co-attention against a softmax and sums written independently, and its case of one frame."""

import math

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.captioning import scene
from core.labs.concepts.kit import attention


def slow_softmax(scores: list[float]) -> list[float]:
    """By the definition, number by number."""
    powers = [math.exp(score) for score in scores]
    return [power / math.fsum(powers) for power in powers]


def story(seed: int, frames: int = 3, regions: int = 4, phrases: int = 2, size: int = 5) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    shapes = ((frames, regions, size), (phrases, size), (frames, regions), (frames,), (phrases,))
    return tuple(rng.normal(size=shape) for shape in shapes)


@pytest.mark.parametrize("seed", range(5))
def test_every_weight_and_context_is_the_sum_written_out(seed: int) -> None:
    regions, phrases, region_scores, frame_scores, phrase_scores = story(seed)
    seen = attention.look(regions, phrases, region_scores, frame_scores, phrase_scores, 0.7)
    frames = []
    for f in range(3):
        weights = slow_softmax(region_scores[f].tolist())
        np.testing.assert_allclose(seen.region_weights[f], weights)
        frames.append([sum(weights[r] * regions[f, r, s] for r in range(4)) for s in range(5)])
    over = slow_softmax(frame_scores.tolist())
    visual = [sum(over[f] * frames[f][s] for f in range(3)) for s in range(5)]
    said = slow_softmax(phrase_scores.tolist())
    textual = [sum(said[p] * phrases[p, s] for p in range(2)) for s in range(5)]
    gate = 1 / (1 + math.exp(-0.7))
    np.testing.assert_allclose(seen.frame_weights, over)
    np.testing.assert_allclose(seen.visual, visual)
    np.testing.assert_allclose(seen.phrase_weights, said)
    np.testing.assert_allclose(seen.textual, textual)
    np.testing.assert_allclose(seen.mixed, [gate * v + (1 - gate) * t for v, t in zip(visual, textual, strict=True)])


def test_one_frame_has_weight_one_whatever_its_score() -> None:
    regions, phrases, region_scores, _, phrase_scores = story(9, frames=1)
    for score in (-30.0, 0.0, 30.0):
        seen = attention.look(regions, phrases, region_scores, np.array([score]), phrase_scores, 0.0)
        assert seen.frame_weights.tolist() == [1.0]
        np.testing.assert_array_equal(seen.visual, seen.frame_features[0])


def test_without_a_phrase_only_the_eye_is_left() -> None:
    regions, _, region_scores, frame_scores, _ = story(3)
    seen = attention.look(regions, np.zeros((0, 5)), region_scores, frame_scores, np.zeros(0), 100.0)
    assert not seen.textual.any()
    np.testing.assert_allclose(seen.mixed, seen.visual)


def test_huge_scores_neither_overflow_nor_lose_their_sum() -> None:
    weights = attention.softmax(np.array([1000.0, 1001.0, -1000.0]))
    np.testing.assert_allclose(weights, slow_softmax([-1.0, 0.0, -2001.0]))
    assert attention.sigmoid(-800.0) == 0.0
    assert attention.sigmoid(800.0) == 1.0
    assert attention.sigmoid(0.5) == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_the_additive_score_is_keras_additive_attention() -> None:
    """Keras' layer has no matrices of its own: give it W h and U v, and w as its scale."""
    import keras

    rng = np.random.default_rng(4)
    state, features = rng.normal(size=3), rng.normal(size=(6, 5))
    weights = rng.normal(size=(3, 7)), rng.normal(size=(5, 7)), rng.normal(size=7)
    layer = keras.layers.AdditiveAttention()
    query, key = (state @ weights[0])[None, None], (features @ weights[1])[None]
    layer.build([query.shape, key.shape, key.shape])
    layer.set_weights([weights[2]])
    _, theirs = layer([query, features[None], key], return_attention_scores=True)
    ours = attention.softmax(attention.score(state, features, weights))
    np.testing.assert_allclose(ours, np.asarray(theirs)[0, 0], atol=1e-5)


def test_scores_of_another_shape_are_a_sentence() -> None:
    regions, phrases, region_scores, frame_scores, phrase_scores = story(1)
    for broken in (
        (region_scores.T, frame_scores, phrase_scores),
        (region_scores, frame_scores[:2], phrase_scores),
        (region_scores, frame_scores, phrase_scores[:1]),
    ):
        with pytest.raises(SpecError, match="One score per"):
            attention.look(regions, phrases, *broken, 0.0)


@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.parametrize("phrases", [0, 1, 2])
def test_the_scene_fits_its_shapes_and_gives_probabilities(frames: int, phrases: int) -> None:
    film = scene.Scene(frames, phrases)
    seen = attention.look(
        film.features,
        film.written,
        scene.REGION_SCORES[-frames:],
        scene.FRAME_SCORES[-frames:],
        scene.PHRASE_SCORES[:phrases],
        scene.GATE_SCORE,
    )
    said = attention.next_word(seen.mixed, scene.WORD_FEATURES)
    np.testing.assert_allclose(said, slow_softmax((scene.WORD_FEATURES @ seen.mixed).tolist()))
    assert said.sum() == pytest.approx(1)


def test_with_the_scenes_own_scores_the_next_word_after_a_woman_is_cutting_is_bread() -> None:
    film = scene.Scene()
    seen = attention.look(
        film.features, film.written, scene.REGION_SCORES, scene.FRAME_SCORES, scene.PHRASE_SCORES, scene.GATE_SCORE
    )
    assert scene.words()[int(attention.next_word(seen.mixed, scene.WORD_FEATURES).argmax())] == "bread"
