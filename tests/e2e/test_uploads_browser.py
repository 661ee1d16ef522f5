"""What a person brings, in two browsers: kept on disk for its browser alone, there again after a reload."""

import stat
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from tests.e2e.machine import Server, needs_chromium, newcomer

LINK = "from_scratch?task=Your+own+table"
TABLE = "a,b,kind\n" + "".join(f"{n},{n * n},{'odd' if n % 2 else 'even'}\n" for n in range(60))

pytestmark = needs_chromium


def test_a_file_is_its_browsers_alone_and_there_again_after_a_reload(
    tab: Page, server: Server, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text(TABLE)
    tab.goto(LINK)
    tab.locator("input[type=file]").set_input_files(tmp_path / "mine.csv")
    expect(tab.get_by_role("combobox", name="Target column")).to_be_visible()
    (kept,) = [path for path in server.log.parent.glob("uploads/*/*/*") if path.is_file()]
    assert kept.read_text() == TABLE
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent, kept.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    other = newcomer(browser, server)
    stranger = other.new_page()
    stranger.goto(LINK)
    expect(stranger.get_by_text("Upload a CSV file").first).to_be_visible()
    assert "mine.csv" not in stranger.inner_text("body")
    other.close()
    tab.reload()
    tab.get_by_role("button", name="Remove mine.csv").click()
    expect(tab.get_by_text("Upload a CSV file").first).to_be_visible()
    assert not kept.exists()
