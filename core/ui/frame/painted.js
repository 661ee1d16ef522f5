const PATIENCE = 3000;  // ms from the arrival of the chart library, for a page whose first chart does not come
const LONGEST = 30000;  // ms for the chart library: on a slow network all else would only delay it
const arrived = () => performance.getEntriesByType("resource").some(one => one.name.includes("/PlotlyChart."));
const drawing = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
export default function({ setTriggerValue }) {
  const asked = performance.now();
  let begun = null;
  const timer = setInterval(() => {
    const chart = document.querySelector(".js-plotly-plot .main-svg");
    const coming = chart || drawing() || document.querySelector('.stPlotlyChart, [data-testid="stSkeleton"]');
    const painted = chart?.checkVisibility({ visibilityProperty: true });
    if (arrived()) begun ??= performance.now();
    const patient = performance.now() - (begun ?? asked) < (begun === null ? LONGEST : PATIENCE);
    if (coming && !painted && patient) return;
    clearInterval(timer);
    setTriggerValue("painted", true);
  }, 20);
  return () => clearInterval(timer);
}
