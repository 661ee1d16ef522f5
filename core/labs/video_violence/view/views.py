"""Draw the views of the video check: timeline with playhead, the network's view of a moment, explanations."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.components.v2 import component

from core.errors import StoreError
from core.files.phrases import minus
from core.files.writing import defused_cells
from core.labs.video_violence import ablation as measured
from core.labs.video_violence import charts, check, experiment, words
from core.labs.video_violence.check import Timed, Timeline
from core.labs.video_violence.look import Explained
from core.labs.video_violence.view import films as violence_films
from core.labs.video_violence.view.films import Checked, Film
from core.runs import runs
from core.runs.store import Run
from core.ui import cached, tables
from core.ui.form import URL
from core.ui.literal import literal

SOURCES = ("Sample", "Upload", "Record", "Webcam")


def source() -> str:
    """Choose where the video is from."""
    return st.segmented_control("Video", SOURCES, default=SOURCES[0], required=True, key="source", **URL)


def threshold() -> float:
    """Choose the probability from which a window counts as a fight."""
    return st.slider(
        "Threshold", 0.05, 0.95, 0.5, 0.05, key="threshold", help="P(fight) from which a window is marked.", **URL
    )


def network() -> Run:
    """Choose the network: the shipped one, or one that was trained here."""
    found = {run.key: run for run in cached.store().list()[0] if run.kind == "violence" and not run.stopped}
    shipped = runs.key("violence", experiment.shipped()[0])
    if shipped not in found:
        raise StoreError("The pre-trained network is missing; `python -m core ship --kind violence` makes it again.")
    if len(found) == 1:
        return found[shipped]
    keys = [shipped, *(key for key in found if key != shipped)]
    key = st.selectbox("Network", keys, format_func=lambda key: runs.title(found[key]), key="network", **URL)
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
        st.caption(f":material/draw: {words.DRAWING}")
    if view == "Timeline":
        time_line(one, answer.found, limit)
    else:
        saw(one, answer.found, run)


def pick(films: list[Film], answers: list[Checked | None]) -> tuple[Film, Checked | None]:
    """Choose the video to look at if there are several."""
    if len(films) == 1:
        return films[0], answers[0]
    names = {film.id: film.name for film in films}
    wanted = st.selectbox("Video", list(names), format_func=names.__getitem__, key="film")
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
                "note": "not read" if answer and answer.trouble else "",
            }
        )
    number = st.column_config.NumberColumn
    tables.dataframe(
        defused_cells(pd.DataFrame(rows)),
        placeholder="…",
        key="films",
        column_config={"seconds": number(format="%.1f"), "peak P(fight)": number(format="%.2f")},
        alt="Duration, peak probability and segments of each video.",
    )


def moment(windows: list[Timed]) -> float:
    """Choose the second to look at: with a slider, which a click on the chart moves too."""
    last = math.floor(2 * windows[-1]["start"]) / 2
    strongest = max(windows, key=lambda window: window["probability"] or 0.0)["start"]
    if "moment" in st.session_state:
        st.session_state["moment"] = min(max(float(st.session_state["moment"]), 0.0), last)
    if last < 0.5:
        return 0.0
    return st.slider(
        "Start of the window, s",
        0.0,
        last,
        min(strongest, last),
        0.5,
        key="moment",
        help="Start of the two-second window that is shown; a click on the timeline moves it. The timeline plots the "
        "probability of a window at its middle, a second later.",
        **URL,
    )


def time_line(film: Film, found: Timeline, limit: float) -> None:
    """Draw the player, the segments beside it, and the timeline below."""
    windows = found["windows"]
    spans = check.spans(windows, limit)
    left, right = st.columns([1.25, 1], gap="medium")
    with right:
        st.markdown(f"**{words.found(spans, limit, found['seconds']) if _judged(windows) else words.BLIND}**")
        at = moment(windows)
        _spans(spans)
    with left:
        if (playable := violence_films.playable(film)) is None:
            st.caption(":material/hourglass_top: Converting the video for the browser …")
        else:
            st.video(playable, start_time=int(at), alt=f"The video {film.name}.")
        width, height = found["size"]
        st.caption(
            f"{literal(film.name)} · {words.clock(found['seconds'])} · {width} x {height}, "
            f"{found['fps']:.0f} frames per second"
            + (f" · read and classified in {found['spent']:.1f} s" if "spent" in found else "")
        )
    st.plotly_chart(
        cached.chart(charts.time_line, windows, spans, limit, at),
        key="time_line",
        selection_mode="points",
        on_select=lambda: _clicked(windows),
        alt="P(fight) of each two-second window, by time.",
    )
    draw("time_line")
    st.caption("The solid line moves with the player. A click on a point moves the player to its window.")


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
    tables.dataframe(
        pd.DataFrame(rows, columns=["start", "end", "peak P(fight)"]),
        height=min(250, 40 + 36 * len(rows)),
        column_config={"peak P(fight)": st.column_config.NumberColumn(format="%.2f")},
        key="spans",
        alt="Segments whose windows reach the threshold.",
    )


def saw(film: Film, found: Timeline, run: Run) -> None:
    """Draw the computation from frames to a number at one moment, with controls for brightness and gain."""
    with st.container():
        seen = _explained(film, found, run)
    if not seen:
        return
    at = seen["at"]
    _pictures(seen["after"], [second + seen["gap"] for second in at], f"The frames {seen['gap']:.2f} s later")
    _pictures(seen["differences"], at, "Absolute differences, three times as bright, and the cropped region")
    low, high = seen["range"]
    _pictures(seen["inputs"], at, minus(f"Input: cropped, resized, normalised ({low:.1f} to {high:.1f})"))
    st.caption(
        "The heat map is Grad-CAM (Selvaraju et al. 2017): feature maps of the last convolutional layer, weighted by "
        "their mean gradient of the score for a fight; bright regions raise it. It says where evidence came from, not "
        "that it is right."
    )


def _explained(film: Film, found: Timeline, run: Run) -> Explained | None:
    """Draw the controls, the prediction and the frames that explain it; return what the network saw, if anything."""
    first, second, third = st.container(key="below-controls").columns(3, gap="medium")
    with first:
        at = moment(found["windows"])
    brightness = second.slider("Brightness", -100, 100, 0, 5, key="brightness", help="Added to all grey levels.", **URL)
    gain = third.slider("Gain", 0.2, 4.0, 1.0, 0.1, key="gain", help="Contrast: multiplies all differences.", **URL)
    near = min(found["windows"], key=lambda window: abs(window["start"] - at))
    if near["probability"] is None:
        st.info(words.BLIND)
        return None
    seen, before = violence_films.look(film, run, at, brightness, gain)
    _pictures(seen["heat"], seen["at"], "Frames with a Grad-CAM heat map")
    _change(seen, before)
    return seen


def _pictures(pictures: list[np.ndarray], at: list[float], title: str) -> None:
    """Draw a row of images, of so many seconds each, below a title."""
    st.caption(title)
    for column, picture, second in zip(st.columns(len(pictures)), pictures, at, strict=True):
        time = f"{second:.2f} s"
        column.image(picture, caption=time, width="stretch", output_format="JPEG", alt=f"{title}, at {time}")


def _change(seen: Explained, before: Explained | None) -> None:
    left, right, _ = st.columns(3)
    more = f"{seen['probability'] - before['probability']:+z.2f}" if before else None
    left.metric("P(fight)", f"{seen['probability']:.2f}", more, "off")
    right.metric(
        "Motion magnitude, grey levels",
        f"{seen['motion']:.1f}",
        f"{seen['motion'] - before['motion']:+z.1f}" if before else None,
        "off",
        help="Mean of all differences of this window.",
    )
    if seen["strength_logit"] is not None:
        st.caption(words.opinions(seen["network_logit"], seen["strength_logit"], seen["probability"]))


def how_it_works() -> None:
    """Explain the idea, the report's network and its mistake."""
    st.markdown(words.HOW)
    frame = pd.DataFrame(words.REPORT_LAYERS, columns=["layer", "output shape", "parameters"])
    total = pd.DataFrame([("total", "", frame["parameters"].sum())], columns=frame.columns)
    tables.dataframe(
        pd.concat([frame, total]),
        column_config={"parameters": st.column_config.NumberColumn(format="localized")},
        alt="Layers of the report's network with their parameters.",
    )


def ablation() -> None:
    """Draw the study."""
    tables.only_study(measured.STUDY, "accuracy, %", 1, WORDS)


WORDS = (
    "Test accuracy is the mean over five folds by source video, at a threshold of 0.5; there is no validation set. The "
    "first four steps are linear (ridge) classifiers, which have no random seed, on maps of MobileNetV2 frozen with "
    "ImageNet weights: mean and standard deviation over the differences. The last two are the included network, "
    "without and with the motion-magnitude features. The first step reads the report's ten differences of adjacent "
    "frames, at 160 × 160 pixels; the report's own network, ResNet50 with 61,467,261 parameters, was not trained for "
    "this. Input and network were chosen in view of the same folds, so that other clips will do worse."
)


JS = """
const LOOKS = "position:absolute;width:0;border-left:2.5px solid;pointer-events:none;z-index:2;color:inherit";
export default function({ data }) {
  const line = document.createElement("div");
  line.className = "tamrin-playhead";
  line.style.cssText = LOOKS;
  const move = () => {
    const video = document.querySelector('[data-testid="stVideo"]');
    const chart = document.querySelector(".st-key-" + data.chart + " .js-plotly-plot");
    const axis = chart?._fullLayout?.xaxis, height = chart?._fullLayout?.yaxis;
    const at = axis && video ? axis.l2p(video.currentTime) : -1;
    line.hidden = !(at >= 0 && at <= axis?._length);
    if (line.hidden) return;
    if (line.parentElement !== chart) chart.append(line);
    Object.assign(line.style, {
      left: axis._offset + at + "px", top: height._offset + "px", height: height._length + "px",
    });
    line.dataset.second = video.currentTime.toFixed(2);
  };
  const timer = setInterval(move, 60);
  return () => { clearInterval(timer); line.remove(); };
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _line():
    return component("tamrin_playhead", js=JS)


def draw(chart: str) -> None:
    """Mark the second that the page's player shows on the chart with this key."""
    _line()(key="playhead", data={"chart": chart})
