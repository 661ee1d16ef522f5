const ROOM = 495, BAR = 64;  // px: headline, progress and curves of a panel; the bar at the top of the window
const PATIENCE = 6000;  // ms, for a page that is still being drawn above and below it
const MOVED = ["wheel", "touchstart", "keydown", "pointerdown"];  // from then on the person scrolls
export default function({ parentElement }) {
  const panel = (parentElement.host ?? parentElement).closest(".st-key-job_panel");
  if (!panel) return;
  panel.style.scrollMarginTop = `${BAR}px`;
  const begun = performance.now();
  const look = () => {
    if (performance.now() - begun > PATIENCE) return end();
    const { top } = panel.getBoundingClientRect();
    if (top < BAR - 1 || top + ROOM > window.innerHeight) panel.scrollIntoView({ block: "start", behavior: "instant" });
  };
  const timer = setInterval(look, 100);
  const end = () => { clearInterval(timer); MOVED.forEach((name) => removeEventListener(name, end, true)); };
  MOVED.forEach((name) => addEventListener(name, end, true));
  look();
  return end;
}
