"""Let a user draw a digit, and bring the drawing into the form of scikit-learn's digits."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2 import component

from core.files.archives import bundled
from core.ui import messages

SIDE = bundled.SIDE
HTML = """
<canvas width="256" height="256" role="img" aria-label="{field}"></canvas>
<button type="button">{clear}</button>
"""
CSS = """
canvas { width: 100%; max-width: 256px; aspect-ratio: 1; display: block; touch-action: none; cursor: crosshair;
  border: 1px solid var(--st-border-color); border-radius: 8px; background: var(--st-secondary-background-color); }
button { margin-top: 6px; padding: 4px 14px; font: inherit; color: var(--st-text-color); background: transparent;
  border: 1px solid var(--st-border-color); border-radius: 8px; cursor: pointer; }
"""
JS = """
const SIDE = 32;
export default function({ parentElement, setStateValue }) {
  const canvas = parentElement.querySelector("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.x) * canvas.width / box.width, (event.clientY - box.y) * canvas.height / box.height];
  };
  const line = (from, to) => {
    Object.assign(pen, { lineWidth: 26, lineCap: "round", strokeStyle: getComputedStyle(canvas).color });
    pen.beginPath(); pen.moveTo(...from); pen.lineTo(...to); pen.stroke();
  };
  const send = () => {
    const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
    small.drawImage(canvas, 0, 0, SIDE, SIDE);
    const pixels = small.getImageData(0, 0, SIDE, SIDE).data;
    setStateValue("ink", Array.from({ length: SIDE * SIDE }, (_, i) => (pixels[4 * i + 3] > 127 ? "1" : "0")).join(""));
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId); last = place(event); line(last, last); event.preventDefault();
  };
  canvas.onpointermove = (event) => { if (last) { const now = place(event); line(last, now); last = now; } };
  canvas.onpointerup = canvas.onpointercancel = () => { if (last) { last = null; send(); } };
  parentElement.querySelector("button").onclick = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height); setStateValue("ink", "");
  };
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _field():
    html = HTML.format(field=messages.field_to_draw, clear=messages.clear)
    return component("tamrin_sketch", html=html, css=CSS, js=JS)


def digit(key: str) -> NDArray[np.float32] | None:
    """Draw the field; return the drawing as an image of the data set, `(8, 8)` from 0 to 1, or None without ink."""
    ink = _field()(key=key, default={"ink": ""}, on_ink_change=lambda: None).ink
    return grey(ink) if isinstance(ink, str) else None


def grey(ink: str) -> NDArray[np.float32] | None:
    """Return the share of ink in each block, after the drawing was enlarged to the size of the digits in the data set.

    `ink` has a 1 for each dark pixel, row by row; any other text than one of that length is no drawing.
    """
    if len(ink) != SIDE * SIDE or not set(ink) <= set("01"):
        return None
    pixels = np.array(list(ink)).reshape(SIDE, SIDE) == "1"
    if not pixels.any():
        return None
    return bundled.digit_of(pixels)
