"""Take the pictures of the documents again: Home and every page as they open, `python -m tests.pictures [PAGE ...]`."""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from core import settings
from tests.e2e.machine import CHROMIUM, FLAGS, PATIENCE, Server, settled

FOLDER = settings.PROJECT / "docs" / "pictures"
WITHOUT = {"glossary", "help"}  # pages of text
SIZE = {"width": 1280, "height": 800}
SHOWN = (864, 540)  # px of the saved picture; the Help page sends all of them
STILL = 3000  # ms: a chart is drawn after the script has ended


def wanted() -> list[str]:
    """Return the names of the pictures: a page's file, or home."""
    return ["home", *sorted({path.stem for path in (settings.PROJECT / "pages").glob("*.py")} - WITHOUT)]


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder))
        try:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name in names:
                tab = browser.new_page(base_url=server.url, viewport=SIZE, color_scheme="light")
                tab.goto("/" if name == "home" else f"/{name}", timeout=PATIENCE)
                settled(tab)
                tab.wait_for_timeout(STILL)
                settled(tab)
                expect(tab.locator('[data-testid="stSkeleton"]')).to_have_count(0)
                shot = Image.open(io.BytesIO(tab.screenshot())).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
                shot.save(Path(folder) / "whole.webp", quality=82, method=6)
                shutil.move(Path(folder) / "whole.webp", FOLDER / f"{name}.webp")  # never half a picture
                tab.close()
                print(name, (FOLDER / f"{name}.webp").stat().st_size)
        finally:
            server.kill()


if __name__ == "__main__":
    main(sys.argv[1:] or wanted())
