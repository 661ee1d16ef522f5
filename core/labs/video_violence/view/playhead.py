"""Move a line over the timeline with the player: the chart and the video are found in the page."""

import streamlit as st

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
    return st.components.v2.component("tamrin_playhead", js=JS)


def draw(chart: str) -> None:
    """Mark the second that the page's player shows on the chart with this key."""
    _line()(key="playhead", data={"chart": chart})
