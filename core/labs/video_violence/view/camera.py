"""Use the camera: record clips, take photographs, or run the webcam over WebRTC with predictions from a worker."""

import base64
import binascii
import hashlib
import html
import json
import time
from typing import Any

import streamlit as st

from core import settings
from core.errors import SettingError
from core.jobs import engine
from core.labs.video_violence import charts, messages
from core.labs.video_violence.live import Live, Snapshot
from core.labs.video_violence.spec import RECIPE_OF
from core.plain import Object
from core.runs.store import Run
from core.ui import cached
from core.ui.components import component
from core.ui.literal import literal
from core.ui.visit import session

PATIENCE = 8.0  # seconds until a connection counts as failed
TICK = 0.5
FRAME = "webcam"  # key of streamlit-webrtc's frame
ON = "webcam_on"  # session key: the visit in which the camera was started, and whether it is to run
ICONS = {True: ":material/stop_circle:", False: ":material/videocam:"}
MOST = 4  # maximum recordings kept in a session
STEP = 0.16  # seconds between photographs, as passed to the network
LEAST = 4  # photographs needed for one difference image

HTML = """
<div class="box" data-record="{record}" data-stop="{stop}" data-read="{read}" data-of="{of}" data-none="{none}"
data-https="{https}"><video muted playsinline></video><div class="row">
<button type="button">{record}</button><span role="status"></span></div></div>
"""


def recordings() -> list[tuple[str, bytes]]:
    """Return name and bytes of this session's recordings, the newest first, and draw the widgets that record."""
    kept: list[tuple[str, bytes]] = st.session_state.setdefault("violence_recordings", [])
    said = {
        "record": messages.record,
        "stop": messages.stop,
        "read": messages.being_read,
        "of": messages.recorded_of,
        "none": messages.no_camera,
        "https": messages.needs_https,
    }
    recorder = component("recorder", __file__, HTML.format(**{name: html.escape(text) for name, text in said.items()}))
    clip = recorder(key="recorder", on_clip_change=lambda: None).clip
    if clip:
        _keep(kept, _decoded(clip), messages.recording)
    with st.expander(messages.without_video):
        _photographs(kept)
    if kept and st.button(messages.forget, key="forget", icon=":material/delete:"):
        kept.clear()
        st.rerun()
    return list(reversed(kept))


def _decoded(clip: str) -> bytes:
    try:
        return base64.b64decode(clip, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return b""  # handled as any empty file


def _keep(kept: list[tuple[str, bytes]], content: bytes, name: str) -> None:
    number = 1 + st.session_state.get("violence_recorded", 0)
    st.session_state["violence_recorded"] = number
    kept.append((name.format(number=number), content))
    del kept[:-MOST]


def _photographs(kept: list[tuple[str, bytes]]) -> None:
    """Take photographs one by one, as the frames of a very short video."""
    taken: list[bytes] = st.session_state.setdefault("violence_photographs", [])
    st.caption(messages.snapshots)
    picture = st.camera_input(messages.photograph, key="photograph")
    if picture is not None and _new(picture.getvalue()):
        taken.append(picture.getvalue())
    st.caption(messages.taken.format(count=len(taken), least=LEAST))
    if len(taken) >= LEAST and st.button(messages.look_at_photographs, key="photographs_done"):
        film = engine.get().call("core.labs.video_violence.clips.encode:from_stills", taken, STEP)
        _keep(kept, film, messages.photographs)
        taken.clear()
        st.rerun()


def _new(content: bytes) -> bool:
    """Return whether this photograph differs from the one that the widget had in the last run."""
    digest = hashlib.sha256(content).hexdigest()
    before, st.session_state["violence_photograph"] = st.session_state.get("violence_photograph"), digest
    return digest != before


def ice_servers() -> list[Object]:
    """Return STUN and TURN servers of the setting; none by default, which suffices within one network."""
    text = settings.read().ice_servers
    if not text:
        return []
    try:
        servers = json.loads(text)
        if not isinstance(servers, list) or not all(isinstance(s, dict) and "urls" in s for s in servers):
            raise ValueError(text)
    except ValueError as error:
        raise SettingError(messages.bad_ice_servers) from error
    return servers


def webcam(run: Run, threshold: float) -> None:
    """Draw Start, and once it is pressed the camera and the network's prediction for its last two seconds."""
    on = _on()
    st.button(messages.stop if on else messages.start, key="webcam_switch", icon=ICONS[bool(on)], on_click=_switch)
    if on is not None:
        _camera(run, threshold, on)
    if not on:
        st.info(messages.press_start)
    st.caption(f"{messages.privacy} {messages.not_recorded}")


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
        st.info(messages.allow_camera)
        return
    since = st.session_state.setdefault("webcam_since", time.monotonic())
    if time.monotonic() - since > PATIENCE:
        st.warning(messages.no_connection, icon=":material/wifi_off:")
    else:
        st.info(messages.connecting)


def _figures(seen: Snapshot, threshold: float) -> None:
    if seen.trouble:
        st.warning(literal(seen.trouble))
    first, second, third = st.columns(3)
    last = seen.answers[-1] if seen.answers else None
    first.metric(messages.p_fight, f"{last.probability:.2f}" if last else "…")
    second.metric(messages.frame_rate, f"{seen.rate:.0f}")
    third.metric(messages.delay, f"{1000 * last.delay:.0f} ms" if last else "…", help=messages.delay_help)
    st.plotly_chart(charts.running(seen.answers, threshold), key="running", alt=messages.running_alt)
