"""What a class sees: every page on a 1280 x 720 screen, on a phone and projected: measured, and read by axe-core."""

import io
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")
from playwright.sync_api import Page, expect

from core import settings
from core.plot import palette
from core.ui.frame import menu
from tests.e2e.machine import needs_chromium, settled, until

pytestmark = needs_chromium
PAGES = ["", *sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))]
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
FOLD = {1280: 720, 390: 600}  # px, above which the result begins
SMALLEST, PROJECTED = 13, 24  # px
ENHANCED = 7.0  # contrast of projected text, as WCAG's AAA asks it
MEASURE, TEXTS = ((Path(__file__).parent / name).read_text() for name in ("layout.js", "texts.js"))
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
VIOLATIONS = """async (contrast) => {
    const found = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
        rules: { "color-contrast": { enabled: contrast } } });
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`));
}"""
AT_REST = """() => new Promise(done => {
    let quiet;
    const rested = () => { clearTimeout(quiet); clearTimeout(longest); seen.disconnect(); done(); };
    const changed = () => { clearTimeout(quiet); quiet = setTimeout(rested, 300); };
    const seen = new MutationObserver(changed), longest = setTimeout(rested, 5000);
    seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    changed();
})"""
QUIET = """![...document.querySelectorAll('.stPlotlyChart')].some(
    one => one.checkVisibility() && !one.querySelector('.main-svg'))"""


def opened(tab: Page, path: str) -> None:
    tab.goto(path or "/")
    expect(tab.locator(".tamrin-foot")).to_be_attached()
    settled(tab)
    until(tab, QUIET)


def visited(tab: Page, path: str) -> None:
    """Open a page through the menu, in a new tab by its address."""
    if tab.url == "about:blank":
        opened(tab, path)
        tab.evaluate(AXE)
        return
    if urlsplit(tab.url).path.strip("/") == path:
        return
    title = tab.get_by_role("heading", level=1)
    before = title.inner_text()
    name = menu.pages()[path].name if path else menu.HOME.name
    tab.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(title).not_to_have_text(before)
    settled(tab)
    until(tab, QUIET)


def measured(tab: Page, smallest: float = SMALLEST) -> dict[str, object]:
    """Measure when nothing has changed for a moment; what has faults, until they stay: charts may still be drawn."""
    found = None
    for _ in range(20):
        tab.evaluate(AT_REST)
        before, found = found, tab.evaluate(MEASURE, smallest)
        if before == found or (found["top"] is not None and not faults_of(found)):
            break
    return found


def faults_of(found: dict[str, object]) -> dict[str, object]:
    """Return what is wrong of what was measured."""
    return {name: what for name, what in found.items() if name != "top" and what}


def violations(tab: Page, contrast: bool = True) -> list[str]:
    """Read a page by axe, once more if it finds something: a change of theme draws the pictures anew meanwhile."""
    found = tab.evaluate(VIOLATIONS, contrast)
    if found:
        tab.wait_for_timeout(1500)
        found = tab.evaluate(VIOLATIONS, contrast)
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_a_page_fits_a_screen_a_phone_and_a_projector(visitor: Page, path: str) -> None:
    tab = visitor
    tab.set_viewport_size(WIDE)
    visited(tab, path)
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        found = measured(tab)
        if path and found["top"] is not None:  # Home begins with the path through the labs
            assert found["top"] < FOLD[size["width"]]
        assert faults_of(found) == {}
        assert violations(tab) == []
    if path not in ("", "runs"):
        projected(tab)


def projected(tab: Page, most: int = 2) -> None:
    """Key P, things of the view by arrow key, type of 24 px and contrast of 7 : 1 at least, and back with Escape."""
    tab.set_viewport_size(WIDE)
    tab.keyboard.press("p")
    bar = tab.locator("#tamrin-bar")
    expect(bar).to_be_visible()
    expect(tab.get_by_test_id("stSidebar")).to_be_hidden()
    for number in range(1, most + 1):
        assert measured(tab, PROJECTED)["small"] == []
        assert faint(tab) == []
        assert number > 1 or violations(tab, contrast=False) == []  # `faint` asks for more contrast
        told = re.search(r"\((\d+) of (\d+)\)", bar.inner_text())
        if told is None or int(told[2]) == number:
            break
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def faint(tab: Page) -> list[str]:
    """Return the texts with too little contrast to the commonest colour of the pixels around them."""
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    found = []
    for text in tab.evaluate(TEXTS):
        crop = picture.crop(text["box"])
        behind = max(crop.getcolors(crop.width * crop.height))[1]
        *ink, share = text["ink"]
        seen = [round(share * of + (1 - share) * below) for of, below in zip(ink, behind, strict=True)]
        if (ratio := palette.contrast(_hex(seen), _hex(behind))) < ENHANCED:
            found.append(f"{ratio:.2f} {text['text']!r} {_hex(seen)} on {_hex(behind)} in {text['where']}")
    return found


def _hex(colour: Sequence[float]) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in colour)


@pytest.mark.slow
@pytest.mark.parametrize("view", menu.views(), ids=lambda view: f"{view.entry.stem}-{view.name}")
def test_every_view_fits_each_screen_in_both_themes(tab: Page, view: menu.View) -> None:
    tab.set_viewport_size(WIDE)
    opened(tab, f"{view.entry.stem}?view={quote(view.name)}")
    tab.evaluate(AXE)
    for size, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light")):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        settled(tab)
        found = measured(tab)
        assert faults_of(found) == {}
        assert violations(tab) == []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        settled(tab)
        projected(tab, most=12)


def test_the_whole_menu_is_in_sight_on_a_projector(visitor: Page) -> None:
    visitor.set_viewport_size(WIDE)
    visited(visitor, "glossary")
    expect(visitor.get_by_test_id("stSidebar").get_by_role("link").last).to_be_in_viewport(ratio=1)


def test_a_click_anywhere_on_a_card_opens_its_lab(visitor: Page) -> None:
    tab = visitor
    tab.set_viewport_size(WIDE)
    for x, y in ((0.05, 0.95), (0.75, 0.5)):  # below the text, and on the chart
        visited(tab, "")
        card = tab.locator(".st-key-card-from_scratch")
        expect(card.locator(".main-svg").first).to_be_visible()
        box = card.bounding_box()
        card.click(position={"x": box["width"] * x, "y": box["height"] * y})
        expect(tab).to_have_url(re.compile("/from_scratch"))
        expect(tab.get_by_role("heading", name="From scratch", level=1)).to_be_visible()


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


FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const ringed = [one, one.parentElement, one.parentElement.parentElement, one.nextElementSibling].some(it => {
        const style = it && getComputedStyle(it);
        const outlined = style?.outlineStyle !== 'none' && parseFloat(style?.outlineWidth) > 0;
        return style && (style.boxShadow !== 'none' || outlined);
    });
    const after = window.before?.isConnected && one.compareDocumentPosition(window.before);
    const order = after & Node.DOCUMENT_POSITION_FOLLOWING;
    window.before = one;
    const again = 'reached' in one.dataset;
    one.dataset.reached = '';
    const name = `${one.tagName} ${one.ariaLabel ?? one.textContent.slice(0, 40)}`;
    return [!ringed && `no ring: ${name}`, again && `again: ${name}`, order && `out of order: ${name}`].filter(Boolean);
}"""
STOPS = '.stApp :is(a[href], button, input, textarea, summary, [role="slider"])'
UNREACHED = f"""() => [...document.querySelectorAll('{STOPS}')]
    .filter(one => !one.disabled && one.tabIndex >= 0 && !('reached' in one.dataset)
        && one.getBoundingClientRect().width > 1 && one.checkVisibility({{ visibilityProperty: true }})
        && !one.closest('[data-testid="stButtonGroup"], .stPlotlyChart'))
    .map(one => `${{one.tagName}} ${{one.ariaLabel ?? one.textContent.slice(0, 40)}}`)"""


@pytest.mark.parametrize("path", ["parameters", pytest.param("runs", marks=pytest.mark.slow), "recurrent_cells"])
def test_tab_reaches_each_control_in_order_and_shows_where_it_is(tab: Page, path: str) -> None:
    """A table is one stop of Tab, and so is a group of buttons."""
    tab.set_viewport_size(WIDE)
    opened(tab, path)
    measured(tab)  # at rest: Tab passes over a menu that is still sliding in
    reached = 0
    for _ in range(200):
        tab.keyboard.press("Tab")
        faults = tab.evaluate(FOCUSED)
        if faults is None and reached > 3:  # the first presses may come before the browser has the focus
            break
        assert not faults
        reached += faults is not None
    else:
        pytest.fail("Tab never leaves the page")
    assert tab.evaluate(UNREACHED) == []
