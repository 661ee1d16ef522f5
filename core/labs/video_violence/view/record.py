"""Record with the camera: the browser records without a WebRTC connection, or takes single photographs."""

import base64
import binascii
import hashlib

import streamlit as st
from streamlit.components.v2 import component

from core.jobs import engine
from core.labs.video_violence import words

MOST = 4  # maximum recordings kept in a session
STEP = 0.16  # seconds between photographs, as passed to the network
LEAST = 4  # photographs needed for one difference image

HTML = """
<div class="box"><video muted playsinline></video><div class="row">
<button type="button">Record</button><span role="status"></span></div></div>
"""
CSS = """
.box { display: flex; flex-direction: column; gap: 0.5rem; font-family: var(--st-font); color: var(--st-text-color); }
video { width: 100%; background: #10141f; border-radius: 0.4rem; aspect-ratio: 4 / 3; }
.row { display: flex; gap: 0.6rem; align-items: center; flex-wrap: wrap; font-size: 0.88rem; }
button { font: inherit; padding: 0.35rem 0.9rem; border-radius: 0.4rem; cursor: pointer; border: none; color: #fff;
         background: #2450A4; }
button.on { background: #b23a4d; }
"""
JS = """
const SECONDS = 20;
export default function ({ parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const video = parentElement.querySelector("video");
  const status = parentElement.querySelector("span");
  let recorder = null, timer = null;
  const release = () => {
    clearInterval(timer);
    video.srcObject?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    button.textContent = "Record";
    button.classList.remove("on");
  };
  const send = (parts, type) => {
    const reader = new FileReader();
    reader.onload = () => setTriggerValue("clip", reader.result.split(",")[1]);
    reader.readAsDataURL(new Blob(parts, { type }));
  };
  const begin = async () => {
    if (!navigator.mediaDevices || !window.MediaRecorder)
      throw new Error("this browser gives a camera only to pages on localhost or over HTTPS");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
    video.srcObject = stream;
    await video.play();
    const parts = [], started = Date.now();
    const wanted = ["video/webm;codecs=vp8", "video/webm", "video/mp4"].find((t) => MediaRecorder.isTypeSupported(t));
    recorder = new MediaRecorder(stream, { mimeType: wanted, videoBitsPerSecond: 1500000 });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => { release(); status.textContent = "being read"; send(parts, wanted); };
    recorder.start(500);
    button.textContent = "Stop";
    button.classList.add("on");
    timer = setInterval(() => {
      const passed = (Date.now() - started) / 1000;
      status.textContent = passed.toFixed(0) + " of at most " + SECONDS + " s";
      if (passed >= SECONDS) recorder.stop();
    }, 200);
  };
  button.onclick = async () => {
    if (recorder && recorder.state === "recording") { recorder.stop(); return; }
    try { await begin(); } catch (error) { release(); status.textContent = "No camera: " + error.message + "."; }
  };
  return () => {
    if (recorder && recorder.state === "recording") { recorder.onstop = null; recorder.stop(); }
    release();
  };
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _recorder():
    return component("tamrin_recorder", html=HTML, css=CSS, js=JS)


def recordings() -> list[tuple[str, bytes]]:
    """Return name and bytes of this session's recordings, the newest first, and draw the widgets that record."""
    kept: list[tuple[str, bytes]] = st.session_state.setdefault("violence_recordings", [])
    clip = _recorder()(key="recorder", on_clip_change=lambda: None).clip
    if clip:
        _keep(kept, _decoded(clip))
    with st.expander("Without video: photographs"):
        _photographs(kept)
    if kept and st.button("Forget the recordings", key="forget", icon=":material/delete:"):
        kept.clear()
        st.rerun()
    return list(reversed(kept))


def _decoded(clip: str) -> bytes:
    try:
        return base64.b64decode(clip, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return b""  # handled as any empty file


def _keep(kept: list[tuple[str, bytes]], content: bytes, kind: str = "recording") -> None:
    number = 1 + st.session_state.get("violence_recorded", 0)
    st.session_state["violence_recorded"] = number
    kept.append((f"{kind} {number}", content))
    del kept[:-MOST]


def _photographs(kept: list[tuple[str, bytes]]) -> None:
    """Take photographs one by one, as the frames of a very short video."""
    taken: list[bytes] = st.session_state.setdefault("violence_photographs", [])
    st.caption(words.SNAPSHOTS)
    picture = st.camera_input("Photograph", key="photograph")
    if picture is not None and _new(picture.getvalue()):
        taken.append(picture.getvalue())
    st.caption(f"{len(taken)} taken; at least {LEAST} make a film.")
    if len(taken) >= LEAST and st.button("Look at the photographs", key="photographs_done"):
        _keep(kept, engine.get().call("core.labs.video_violence.clips.encode:from_stills", taken, STEP), "photographs")
        taken.clear()
        st.rerun()


def _new(content: bytes) -> bool:
    """Return whether this photograph differs from the one that the widget had in the last run."""
    digest = hashlib.sha256(content).hexdigest()
    before, st.session_state["violence_photograph"] = st.session_state.get("violence_photograph"), digest
    return digest != before
