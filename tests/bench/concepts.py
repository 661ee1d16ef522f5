"""Measure how long a redraw takes in the concept labs, in Chromium on a warm server; reported, not gated.

A change is one press of an arrow key on a slider or number. Its time ends with the last change of the page's
content: texts, arithmetic, tables and every line of every chart. Beside it stands the processor time of server and
browser together, which tells a slow page from a busy machine.
"""

import statistics
import tempfile
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.e2e.machine import CHROMIUM, FLAGS, Server, settled

REPEATS = 9
QUIET = 700  # milliseconds without a change after which a redraw counts as finished

# page and view in the link, key of the slider or number that is changed
CHANGES = (
    ("recurrent_step?view=Experiment", "value"),
    ("recurrent_step?view=Experiment&example=LSTM%2C+two+units", "value"),
    ("recurrent_step?view=Experiment&example=GRU+of+Keras", "value"),
    ("recurrent_step?example=LSTM%2C+two+units", "step"),
    ("parameters?view=Experiment", "set-size"),
    ("parameters?view=Experiment&network=Emotion&layer=2", "set-size"),
    ("gradient_through_time?view=Experiment", "input"),
    ("gradient_through_time?view=Experiment&scene=matrix", "radius"),
    ("gradient_through_time?view=Experiment&scene=LSTM", "forget_bias"),
    ("gradient_through_time?view=Experiment&scene=clipping", "limit"),
    ("gradient_through_time?view=Experiment&scene=cliff", "rate"),
    ("convolution?view=Experiment", "output"),
    ("convolution?view=Experiment", "padding"),
    ("convolution?view=Experiment&pixels=" + "%0A".join(["0+1+2+3+0+1+2+3+0+1+2+3"] * 12), "output"),
    ("convolution?view=Experiment&way=Backward", "weight"),
    ("captioning?view=Experiment", "gate"),
    ("captioning?view=Experiment", "r11"),
    ("architectures?view=Experiment&what=Your+own+sequence", "outputs"),
    ("depth?view=Experiment&blocks=8", "picture"),
    ("depth?view=Experiment&what=An+edge", "at"),
    ("depth?view=Experiment&what=Field+of+view", "layers"),
    ("depth?view=Experiment&what=Filters+by+depth", "side"),
)

WATCH = """quiet => new Promise(done => {
  const main = document.querySelector('[data-testid="stMain"]');
  const DRAWN = ['d', 'src', 'transform', 'x', 'y', 'height'];
  const started = performance.now();
  let last = started, changes = 0;
  const seen = new MutationObserver(records => {
    const drawn = r => !r.target.parentElement?.closest('[data-testid="stSlider"]')
      && (r.type !== 'attributes' || DRAWN.includes(r.attributeName));
    if (records.some(drawn)) {
      last = performance.now(); changes++;
    }
  });
  seen.observe(main, {subtree: true, childList: true, characterData: true, attributes: true});
  const look = () => performance.now() - last > quiet && (changes || performance.now() - started > 5000)
    ? (seen.disconnect(), done(changes ? last - started : -1)) : setTimeout(look, 20);
  look();
})"""


def redraw(tab: Page, slider: str, key: str) -> float:
    """Return the milliseconds from a key on a slider to the last change of the page, the slider itself excluded."""
    tab.locator(f".st-key-{slider} input").first.focus()
    watching = tab.evaluate_handle(f"() => ({{promise: ({WATCH})({QUIET})}})")
    tab.keyboard.press(key)
    return tab.evaluate("held => held.promise", watching)


def cpu(server: Server) -> float:
    """Return the processor seconds of the server and its browsers, which a busy machine hardly stretches."""
    browsers = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
    seconds = [one.cpu_times() for one in [psutil.Process(server.process.pid), *browsers]]
    return sum(one.user + one.system for one in seconds)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            tab = browser.new_page(viewport={"width": 1280, "height": 720})
            tab.set_default_timeout(90_000)
            for path, slider in CHANGES:
                tab.goto(f"{server.url}/{path}")
                settled(tab)
                tab.wait_for_timeout(2000)
                worked = cpu(server)
                times = [redraw(tab, slider, ("ArrowUp", "ArrowDown")[n % 2]) for n in range(REPEATS)]
                worked = 1000 * (cpu(server) - worked) / REPEATS
                median, worst = statistics.median(times), max(times)
                print(f"{path}: {median:.0f} ms (worst {worst:.0f}; aim 300), {worked:.0f} ms of work", flush=True)
        finally:
            browser.close()
            server.stop()
