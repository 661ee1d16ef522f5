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
