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
    const second = video.currentTime.toFixed(2);
    if (line.dataset.second !== second) line.dataset.second = second; // what rests does not change the page
  };
  const timer = setInterval(move, 60);
  return () => { clearInterval(timer); line.remove(); };
}
