"""Draw the views of the video check: timeline with playhead, the network's view of a moment, explanations."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import StoreError
from core.files.phrases import minus
from core.files.writing import defused_cells
from core.labs.video_violence import ablation as measured, charts, check, experiment, messages, words
from core.labs.video_violence.check import Timed, Timeline
from core.labs.video_violence.look import Explained
from core.labs.video_violence.view import films as violence_films
from core.labs.video_violence.view.films import Checked, Film
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, tables
from core.ui.components import component
from core.ui.form import URL
from core.ui.literal import literal

SOURCES = ("Sample", "Upload", "Record", "Webcam")


def source() -> str:
    """Choose where the video is from."""
    return st.segmented_control(messages.video, SOURCES, default=SOURCES[0], required=True, key="source", **URL)


def threshold() -> float:
    """Choose the probability from which a window counts as a fight."""
    return st.slider(messages.threshold, 0.05, 0.95, 0.5, 0.05, key="threshold", help=messages.threshold_help, **URL)


def network() -> Run:
    """Choose the network: the shipped one, or one that was trained here."""
    found = {run.key: run for run in cached.store().list()[0] if run.kind == "violence" and not run.stopped}
    shipped = runs.key("violence", experiment.shipped()[0])
    if shipped not in found:
        raise StoreError(messages.network_missing)
    if len(found) == 1:
        return found[shipped]
    keys = [shipped, *(key for key in found if key != shipped)]
    key = st.selectbox(messages.network, keys, format_func=lambda key: runs.title(found[key]), key="network", **URL)
    return found[key]


def film(view: str, films: list[Film], answers: list[Checked | None], run: Run, limit: float) -> None:
    """Draw one video in the chosen view; with several, first a table of all."""
    if len(films) > 1:
        comparison(films, answers, limit)
    one, answer = pick(films, answers)
    if answer is None:
        return
    if answer.found is None:
        if len(films) == 1:
            st.warning(literal(f"{one.name}: {answer.trouble}"))
        return
    for sentence in answer.found.get("told", []):
        st.warning(sentence, icon=":material/visibility_off:")
    if one.id == "sample":
        st.caption(f":material/draw: {messages.drawing}")
    if view == "Timeline":
        time_line(one, answer.found, limit)
    else:
        saw(one, answer.found, run)


def pick(films: list[Film], answers: list[Checked | None]) -> tuple[Film, Checked | None]:
    """Choose the video to look at if there are several."""
    if len(films) == 1:
        return films[0], answers[0]
    names = {film.id: film.name for film in films}
    wanted = st.selectbox(messages.video, list(names), format_func=names.__getitem__, key="film")
    return next((f, a) for f, a in zip(films, answers, strict=True) if f.id == wanted)


def comparison(films: list[Film], answers: list[Checked | None], limit: float) -> None:
    """Draw one row for each of several videos; reading errors stand above the table, in full."""
    rows = []
    for film, answer in zip(films, answers, strict=True):
        if answer and answer.found is None:
            st.warning(literal(f"{film.name}: {answer.trouble}"))
    for film, answer in zip(films, answers, strict=True):
        found = answer.found if answer else None
        windows = found["windows"] if found else []
        rows.append(
            {
                "video": film.name,
                "seconds": found["seconds"] if found else None,
                "peak P(fight)": max((w["probability"] for w in windows if w["probability"] is not None), default=None),
                "segments": len(check.spans(windows, limit)) if found else None,
                "note": messages.not_read if answer and answer.trouble else "",
            }
        )
    frame, looks = defused_cells(pd.DataFrame(rows)), {"seconds": "%.1f", "peak P(fight)": "%.2f"}
    tables.dataframe(frame, looks, placeholder="…", key="films", alt=messages.films_alt)


def moment(windows: list[Timed]) -> float:
    """Choose the second to look at: with a slider, which a click on the chart moves too."""
    last = math.floor(2 * windows[-1]["start"]) / 2
    strongest = max(windows, key=lambda window: window["probability"] or 0.0)["start"]
    if "moment" in st.session_state:
        st.session_state["moment"] = min(max(float(st.session_state["moment"]), 0.0), last)
    if last < 0.5:
        return 0.0
    return st.slider(
        messages.window_start,
        0.0,
        last,
        min(strongest, last),
        0.5,
        key="moment",
        help=messages.window_start_help,
        **URL,
    )


def time_line(film: Film, found: Timeline, limit: float) -> None:
    """Draw the player, the segments beside it, and the timeline below."""
    windows = found["windows"]
    spans = check.spans(windows, limit)
    left, right = st.columns([1.25, 1], gap="medium")
    with right:
        told = words.found(spans, limit, found["seconds"]) if _judged(windows) else messages.too_few_to_judge
        st.markdown(f"**{told}**")
        at = moment(windows)
        _spans(spans)
    with left:
        if (playable := violence_films.playable(film)) is None:
            st.caption(messages.converting)
        else:
            st.video(playable, start_time=int(at), alt=messages.video_alt.format(name=film.name))
        width, height = found["size"]
        st.caption(
            messages.video_facts.format(
                name=literal(film.name),
                length=words.clock(found["seconds"]),
                width=width,
                height=height,
                fps=found["fps"],
            )
            + (messages.read_in.format(seconds=found["spent"]) if "spent" in found else "")
        )
    st.plotly_chart(
        cached.chart(charts.time_line, windows, spans, limit, at),
        key="time_line",
        selection_mode="points",
        on_select=lambda: _clicked(windows),
        alt=messages.time_line_alt,
    )
    draw("time_line")
    st.caption(messages.time_line_help)


def _judged(windows: list[Timed]) -> bool:
    return any(window["probability"] is not None for window in windows)


def _clicked(windows: list[Timed]) -> None:
    """Move the chosen moment to a click on the timeline."""
    if points := st.session_state["time_line"].selection.points:
        st.session_state["moment"] = math.floor(2 * windows[points[0]["point_index"]]["start"]) / 2


def _spans(spans: Sequence[check.Span]) -> None:
    if not spans:
        return
    rows = [(words.clock(s["start"]), words.clock(s["end"]), s["probability"]) for s in spans]
    frame, height = pd.DataFrame(rows, columns=["start", "end", "peak P(fight)"]), min(250, 40 + 36 * len(rows))
    tables.dataframe(frame, {"peak P(fight)": "%.2f"}, height=height, key="spans", alt=messages.spans_alt)


def saw(film: Film, found: Timeline, run: Run) -> None:
    """Draw the computation from frames to a number at one moment, with controls for brightness and gain."""
    with st.container():
        seen = _explained(film, found, run)
    if not seen:
        return
    at = seen["at"]
    _pictures(seen["after"], [second + seen["gap"] for second in at], messages.later_frames.format(gap=seen["gap"]))
    _pictures(seen["differences"], at, messages.differences)
    low, high = seen["range"]
    _pictures(seen["inputs"], at, minus(messages.network_input.format(low=low, high=high)))
    st.caption(messages.heat_map_help)


def _explained(film: Film, found: Timeline, run: Run) -> Explained | None:
    """Draw the controls, the prediction and the frames that explain it; return what the network saw, if anything."""
    first, second, third = st.container(key="below-controls").columns(3, gap="medium")
    with first:
        at = moment(found["windows"])
    brightness = second.slider(
        messages.brightness, -100, 100, 0, 5, key="brightness", help=messages.brightness_help, **URL
    )
    gain = third.slider(messages.gain, 0.2, 4.0, 1.0, 0.1, key="gain", help=messages.gain_help, **URL)
    near = min(found["windows"], key=lambda window: abs(window["start"] - at))
    if near["probability"] is None:
        st.info(messages.too_few_to_judge)
        return None
    seen, before = violence_films.look(film, run, at, brightness, gain)
    _pictures(seen["heat"], seen["at"], messages.heat_maps)
    _change(seen, before)
    return seen


def _pictures(pictures: list[np.ndarray], at: list[float], title: str) -> None:
    """Draw a row of images, of so many seconds each, below a title."""
    st.caption(title)
    for column, picture, second in zip(st.columns(len(pictures)), pictures, at, strict=True):
        time = f"{second:.2f} s"
        column.image(
            picture,
            caption=time,
            width="stretch",
            output_format="JPEG",
            alt=messages.picture_alt.format(title=title, time=time),
        )


def _change(seen: Explained, before: Explained | None) -> None:
    left, right, _ = st.columns(3)
    more = f"{seen['probability'] - before['probability']:+z.2f}" if before else None
    left.metric(messages.p_fight, f"{seen['probability']:.2f}", more, "off")
    right.metric(
        messages.motion,
        f"{seen['motion']:.1f}",
        f"{seen['motion'] - before['motion']:+z.1f}" if before else None,
        "off",
        help=messages.motion_help,
    )
    if seen["strength_logit"] is not None:
        st.caption(words.opinions(seen["network_logit"], seen["strength_logit"], seen["probability"]))


def how_it_works() -> None:
    """Explain the idea, the report's network and its mistake."""
    st.markdown(messages.how_it_works)
    frame = pd.DataFrame(words.REPORT_LAYERS, columns=["layer", "output shape", "parameters"])
    total = pd.DataFrame([("total", "", frame["parameters"].sum())], columns=frame.columns)
    tables.dataframe(pd.concat([frame, total]), {"parameters": "localized"}, alt=messages.layers_alt)


def ablation() -> None:
    """Draw the study."""
    tables.only_study(measured.STUDY, "accuracy, %", 1, messages.study_help)


def draw(chart: str) -> None:
    """Mark the second that the page's player shows on the chart with this key."""
    component("playhead", __file__)(key="playhead", data={"chart": chart})
