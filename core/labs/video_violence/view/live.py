"""Run the webcam over WebRTC: video there and back, predictions from a worker, and advice if no connection comes."""

import json
import time
from typing import Any

import streamlit as st

from core import settings
from core.errors import SettingError
from core.jobs import engine
from core.labs.video_violence import charts, words
from core.labs.video_violence.experiment import RECIPE_OF
from core.labs.video_violence.live import Live, Snapshot
from core.runs.store import Run
from core.ui import cached
from core.ui.literal import literal
from core.ui.visit import session

PATIENCE = 8.0  # seconds until a connection counts as failed
TICK = 0.5
FRAME = "webcam"  # key of streamlit-webrtc's frame
ON = "webcam_on"  # session key: the visit in which the camera was started, and whether it is to run
ICONS = {True: ":material/stop_circle:", False: ":material/videocam:"}
NO_WAY = (
    "No connection after 8 s. Campus networks and VPNs often block WebRTC. Ask for a TURN server "
    "(`TAMRIN_ICE_SERVERS`), or use *Record*, which needs no connection and takes photographs too, or *Upload* a clip."
)


def ice_servers() -> list[dict[str, Any]]:
    """Return STUN and TURN servers of the setting; none by default, which suffices within one network."""
    text = settings.read().ice_servers
    if not text:
        return []
    try:
        servers = json.loads(text)
        if not isinstance(servers, list) or not all(isinstance(s, dict) and "urls" in s for s in servers):
            raise ValueError(text)
    except ValueError as error:
        raise SettingError(
            "TAMRIN_ICE_SERVERS is not a JSON list of servers, such as "
            '[{"urls": "stun:stun.example.org:3478"}]; correct it or leave it out.'
        ) from error
    return servers


def webcam(run: Run, threshold: float) -> None:
    """Draw Start, and once it is pressed the camera and the network's prediction for its last two seconds."""
    on = _on()
    st.button("Stop" if on else "Start", key="webcam_switch", icon=ICONS[bool(on)], on_click=_switch)
    if on is not None:
        _camera(run, threshold, on)
    if not on:
        st.info("Press Start and allow the camera. The first prediction comes after two seconds of video.")
    st.caption(words.PRIVACY + " The webcam is not recorded: only two seconds of small frames are in memory.")


def off() -> None:
    """Forget that the camera was started, so that it does not run as soon as somebody returns to it."""
    st.session_state.pop(ON, None)


def _on() -> bool | None:
    """Return whether the camera is to run; None if it was not started since the page was opened."""
    visit, on = st.session_state.get(ON, (None, None))
    return on if visit == session.visit() else None


def _switch() -> None:
    st.session_state[ON] = session.visit(), not _on()
    st.session_state.pop("webcam_since", None)


def _camera(run: Run, threshold: float, on: bool) -> None:
    from streamlit_webrtc import webrtc_streamer  # imported late: half a second, and 40 MB that few sessions need

    url, key = cached.store().url, run.key
    workers = engine.get()  # called in the script's thread: the camera's thread has no session

    def begin() -> Any:  # Live has the methods of a video processor that are called
        return Live(
            RECIPE_OF[run.spec["network"]],
            lambda raw: workers.call("core.labs.video_violence.check:judge", raw, url, key, timeout=120),
        )

    configuration = {"iceServers": ice_servers()}
    context = webrtc_streamer(
        key=FRAME,
        video_processor_factory=begin,
        frontend_rtc_configuration=configuration,
        server_rtc_configuration=configuration,
        async_processing=True,
        media_toggle_controls=False,
        media_stream_constraints={"video": {"width": {"ideal": 640}, "frameRate": {"ideal": 30}}, "audio": False},
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
        desired_playing_state=on and _loaded(),
    )
    if on:
        st.fragment(_watch, run_every=TICK)(context, threshold)


def _loaded() -> bool:
    """Return whether the browser has the frame, which then reports a first state.

    A frame that is told to play while it loads opens a connection each time the page is drawn, and the server's answer
    to one of them breaks another: it took 25 s until a picture came, or none came.
    """
    return any(str(key).startswith(f"{FRAME}:") and value is not None for key, value in st.session_state.items())


def _watch(context: Any, threshold: float) -> None:
    if not context.state.playing:
        _waiting(context.state.signalling)
        return
    st.session_state.pop("webcam_since", None)
    processor: Live | None = context.video_processor
    if processor is None:
        return
    _figures(processor.snapshot(), threshold)


def _waiting(signalling: bool) -> None:
    """Explain why nothing plays yet: the browser asks for the camera, or no connection comes."""
    if not signalling:
        st.session_state.pop("webcam_since", None)
        st.info("Allow the camera in the browser.")
        return
    since = st.session_state.setdefault("webcam_since", time.monotonic())
    if time.monotonic() - since > PATIENCE:
        st.warning(NO_WAY, icon=":material/wifi_off:")
    else:
        st.info("Connecting …")


def _figures(seen: Snapshot, threshold: float) -> None:
    if seen.trouble:
        st.warning(literal(seen.trouble))
    first, second, third = st.columns(3)
    last = seen.answers[-1] if seen.answers else None
    first.metric("P(fight)", f"{last.probability:.2f}" if last else "…")
    second.metric("Frames per second", f"{seen.rate:.0f}")
    third.metric("Delay", f"{1000 * last.delay:.0f} ms" if last else "…", help="From a frame to its prediction.")
    st.plotly_chart(
        charts.running(seen.answers, threshold), key="running", alt="Probability of the webcam over the last minute."
    )
