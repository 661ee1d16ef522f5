"""What a class sees: every page on a 1280 x 720 screen, on a phone and projected: measured, and read by axe-core."""

from importlib.resources import files
from pathlib import Path

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
from playwright.sync_api import Page, expect

from core import settings
from tests.e2e.machine import needs_chromium, settled, until

pytestmark = needs_chromium
PAGES = ["", *sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
FOLD = {1280: 720, 390: 640}  # px, above which the result begins: a picture a little later than a chart
SMALLEST, PROJECTED = 13, 24  # px
MEASURE = (Path(__file__).parent / "layout.js").read_text()
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
VIOLATIONS = """async () => {
    const found = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] });
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`));
}"""
QUIET = """![...document.querySelectorAll('.stPlotlyChart')].some(
    one => one.checkVisibility() && !one.querySelector('.main-svg'))"""


def opened(tab: Page, path: str) -> None:
    tab.goto(path or "/")
    expect(tab.locator(".tamrin-foot")).to_be_attached()
    settled(tab)
    until(tab, QUIET)


def measured(tab: Page, smallest: float = SMALLEST) -> dict[str, object]:
    """Measure until the page has come to rest: charts are drawn again for some moments after a change of size."""
    found = None
    for _ in range(20):
        tab.evaluate("new Promise(done => setTimeout(done, 250))")
        before, found = found, tab.evaluate(MEASURE, smallest)
        if before == found:
            break
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_fits_a_screen_a_phone_and_a_projector(tab: Page, path: str) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, path)
    tab.evaluate(AXE)
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        found = measured(tab)
        if path and found["top"] is not None:  # Home begins with the path through the labs
            assert found["top"] < FOLD[size["width"]]
        assert {name: faults for name, faults in found.items() if name != "top" and faults} == {}
        assert tab.evaluate(VIOLATIONS) == []
    if path not in ("", "runs"):
        projected(tab)


def projected(tab: Page) -> None:
    """Key P, each thing of the first view by arrow key, type of 24 px at least, and back with Escape."""
    tab.set_viewport_size(WIDE)
    tab.keyboard.press("p")
    bar = tab.locator("#tamrin-bar")
    expect(bar).to_be_visible()
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    for _ in range(2):
        assert measured(tab, PROJECTED)["small"] == []
        assert tab.evaluate(VIOLATIONS) == []
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_drawer_holds_the_controls_of_a_phone(tab: Page) -> None:
    tab.set_viewport_size(NARROW)
    opened(tab, "recurrent_cells")
    epochs, handle = tab.get_by_label("Epochs", exact=True), tab.locator("#tamrin-controls")
    expect(epochs).to_be_hidden()
    handle.click()
    expect(epochs).to_be_in_viewport() if epochs.is_visible() else epochs.scroll_into_view_if_needed()
    epochs.fill("7")
    epochs.press("Enter")
    expect(tab.get_by_text("15 of 15 networks are not trained yet")).to_be_visible()
    handle.click()
    expect(epochs).to_be_hidden()


def test_a_projector_lives_through_views_and_reloads_and_comes_by_link(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "recurrent_cells?present=1&view=Seeds")
    told = tab.locator("#tamrin-bar span")
    expect(told).to_contain_text("Random seeds")
    assert "present" not in tab.url
    tab.reload()
    expect(told).to_contain_text("Random seeds")
    tab.keyboard.press("Escape")
    tab.reload()
    expect(tab.locator("#tamrin-present")).to_be_visible()
    expect(told).to_be_hidden()


def test_a_chart_tells_its_numbers_and_has_large_type_in_full_screen(tab: Page) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, "recurrent_cells")
    tools = tab.locator(".tamrin-chart").first
    tools.get_by_role("button", name="Table").press("Enter")
    table = tab.get_by_role("dialog").get_by_role("table").first
    expect(table.get_by_role("row").first).to_contain_text("epoch")
    expect(table.get_by_role("row")).to_have_count(101)
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Download CSV").click()
    assert len(Path(waiting.value.path()).read_text().splitlines()) == 101
    tab.keyboard.press("Escape")
    expect(table).to_be_hidden()
    tools.get_by_role("button", name="Full screen").press("Enter")
    large = "document.querySelector('.xtick text')?.getBoundingClientRect().height >= 24"
    until(tab, large)
    tab.keyboard.press("Escape")
    until(tab, f"!({large})")
