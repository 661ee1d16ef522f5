"""Draw controls and views of the lab on captioning with co-attention."""

import numpy as np
import streamlit as st

from core.labs.concepts.captioning import exercises as attention_exercises, messages, pictures, scene, working
from core.labs.concepts.captioning.scene import Scene
from core.labs.concepts.kit import attention
from core.labs.concepts.kit.attention import Looked
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form


def own() -> Looked:
    """Return the attention step with the scene's own scores."""
    return _look(Scene(), scene.REGION_SCORES, scene.FRAME_SCORES, scene.PHRASE_SCORES, scene.GATE_SCORE)


def _look(film: Scene, regions: np.ndarray, frames: np.ndarray, phrases: np.ndarray, gate: float) -> Looked:
    return attention.look(film.features, film.written, regions, frames, phrases, gate)


def _draw(film: Scene, seen: Looked) -> None:
    chances = attention.next_word(seen.mixed, scene.WORD_FEATURES)
    concepts.drawing(
        *pictures.look(seen, scene.shown()[-film.frames :], scene.phrases()[: film.phrases], scene.words(), chances)
    )


def worked() -> None:
    """Draw one attention step, number by number."""
    at, seen = concepts.steps("step", list(messages.group("steps").values())), own()
    (_score, _regions, _frame, _frames, _phrases, _gate, _word, _single)[at](seen)


def _choose() -> tuple[int, int]:
    left, right = st.columns([1, 2])
    frame = form.segments(messages.frame, (1, 2, 3), key="frame", default=3, where=left)
    region = form.segments(
        messages.region,
        (1, 2, 3, 4),
        key="region",
        default=3,
        format_func=lambda r: scene.regions()[r - 1],
        where=right,
    )
    return int(frame) - 1, int(region) - 1


def _score(seen: Looked) -> None:
    frame, region = _choose()
    feature = scene.FEATURES[frame, region]
    st.markdown(
        messages.region_told.format(
            shown=scene.shown()[frame][region],
            words=", ".join(scene.words()),
            feature=", ".join(f"{value:g}" for value in feature),
        )
    )
    concepts.working(working.score(scene.STATE, feature, scene.WEIGHTS))
    st.caption(messages.rounded)


def _only_frame() -> int:
    return int(form.segments(messages.frame, (1, 2, 3), key="frame", default=3)) - 1


def _regions(seen: Looked) -> None:
    frame = _only_frame()
    told = ", ".join(f"{n}: {what}" for n, what in enumerate(scene.shown()[frame], start=1))
    st.markdown(messages.region_list.format(regions=told))
    concepts.working(working.softmax(scene.REGION_SCORES[frame], seen.region_weights[frame]))


def _frame(seen: Looked) -> None:
    frame = _only_frame()
    left = f"v_{{{frame + 1}}}"
    concepts.working(working.mean(left, seen.region_weights[frame], scene.FEATURES[frame]))
    st.caption(messages.components.format(words=", ".join(scene.words())))


def _frames(seen: Looked) -> None:
    concepts.working(working.softmax(scene.FRAME_SCORES, seen.frame_weights, r"\gamma"), "weights")
    concepts.working(working.mean("c_v", seen.frame_weights, seen.frame_features), "context")


def _phrases(seen: Looked) -> None:
    told = ", ".join(f"{n}: “{phrase}”" for n, phrase in enumerate(scene.phrases(), start=1))
    st.markdown(messages.phrase_list.format(phrases=told))
    concepts.working(working.softmax(scene.PHRASE_SCORES, seen.phrase_weights, r"\theta"), "weights")
    concepts.working(working.mean("c_t", seen.phrase_weights, scene.PHRASE_FEATURES), "context")


def _gate(seen: Looked) -> None:
    concepts.working(working.gate(scene.GATE_SCORE, seen.gate, seen.visual, seen.textual))


def _word(seen: Looked) -> None:
    logits = scene.WORD_FEATURES @ seen.mixed
    concepts.working(working.words(scene.words(), logits, attention.next_word(seen.mixed, scene.WORD_FEATURES)))
    _draw(Scene(), seen)


def _single(seen: Looked) -> None:
    film = Scene(frames=1)
    alone = _look(film, scene.REGION_SCORES[-1:], scene.FRAME_SCORES[-1:], scene.PHRASE_SCORES, scene.GATE_SCORE)
    concepts.working(working.softmax(scene.FRAME_SCORES[-1:], alone.frame_weights, r"\gamma"))
    st.markdown(messages.single_frame)
    _draw(film, alone)


def play() -> None:
    """Draw controls for every score; weights, contexts, gate and the next word follow."""
    controls, result = concepts.beside(2.6)
    with controls:
        film, regions, frames, phrases, gate = _scores()
    with result:
        seen = _look(film, regions, frames, phrases, gate)
        _draw(film, seen)
        if film.frames == 1:
            st.markdown(messages.one_frame)


def _scores() -> tuple[Scene, np.ndarray, np.ndarray, np.ndarray, float]:
    frames = st.slider(messages.frames, 1, 3, 3, key="frames", help=messages.frames_help, **URL)
    phrases = st.slider(messages.phrase_count, 0, 2, 2, key="phrases", **URL)
    gate = _slider(messages.gate_score, scene.GATE_SCORE, "gate", messages.gate_score_help)
    st.caption(messages.scores)
    *tabs, frame_tab, phrase_tab = st.tabs(
        [*(str(n) for n in range(4 - frames, 4)), messages.frames, messages.phrase_tab]
    )
    first, found = 3 - frames, []
    for n, tab in enumerate(tabs):
        with tab:
            found.append(
                [
                    _slider(
                        f"{scene.shown()[first + n][r]}, {scene.regions()[r]}",
                        scene.REGION_SCORES[first + n, r],
                        f"r{first + n + 1}{r + 1}",
                    )
                    for r in range(4)
                ]
            )
    with frame_tab:
        over = [
            _slider(messages.numbered_frame.format(number=n + 1), scene.FRAME_SCORES[n], f"f{n + 1}")
            for n in range(first, 3)
        ]
    with phrase_tab:
        said = [_slider(f"“{scene.phrases()[n]}”", scene.PHRASE_SCORES[n], f"p{n + 1}") for n in range(phrases)]
        if not phrases:
            st.caption(messages.no_phrase)
    return Scene(frames, phrases), np.array(found), np.array(over), np.array(said, float), gate


def _slider(label: str, value: float, key: str, tip: str | None = None) -> float:
    return st.slider(label, -6.0, 6.0, float(value), 0.1, key=key, help=tip, **URL)


def check() -> None:
    """Draw exercises on weights, contexts and the gate."""
    concepts.exercise_panel("captioning", attention_exercises.MAKERS)
