"""Walk through all pages at random by the menu: open views, move controls, go back and forward, and return.

    python -m tests.walk --walks 200 --steps 30 [--seed 0]

After each step: no exception; no error that a fresh visit with the same link does not show; the page's link holds
only names of its own; a page that was left by the menu is unchanged when the user returns to it. It prints each
fault with the steps that lead to it, and ends with 1 if there is one. Calls to workers are computed here.
"""

import argparse
import functools
import importlib
import random
import sys
import time
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

from streamlit.runtime.state.query_params import _coerce_value_for_query_url
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree

from core import settings
from core.errors import JobError
from core.jobs import engine, worker
from core.ui import background
from core.ui.visit import links
from tests.pages import person

PAGES = ["", *sorted(f"pages/{path.name}" for path in (settings.PROJECT / "pages").glob("*.py"))]
KINDS = ("slider", "number_input", "selectbox", "select_slider", "button_group", "toggle", "checkbox", "radio")
UNTRIED = {"Webcam"}  # needs a browser with a camera
Link = dict[str, Any]


class NoWorkers:
    """Replaces the engine: nothing is computed and nothing trained, and pages say so."""

    def call(self, target: str, *arguments: Any, timeout: float = 0.0, memory: int | None = None) -> Any:
        raise JobError("No worker is free.")

    def job(self, job_id: str) -> Any:
        raise JobError("This training is no longer known here.")

    def active(self) -> list[Any]:
        return []


class Here(NoWorkers):
    """Replaces the engine; calls to workers are computed at once in this process, but nothing is trained."""

    def call(self, target: str, *arguments: Any, timeout: float = 0.0, memory: int | None = None) -> Any:
        return worker.call(target, arguments)


class Fault(AssertionError):
    """A step has produced a state that is not allowed."""


class Walk:
    """One browser tab; its actions follow from the seed."""

    def __init__(self, seed: int, pages: list[str] = PAGES) -> None:
        self.random, self.pages = random.Random(seed), pages
        self.trail: list[str] = []
        self.left: dict[str, dict[str, Any]] = {}  # the controls of a page when it was left
        self.page = self.random.choice(pages)
        self.trail.append(f"open {self.page or 'home'}")
        self.test = person.app(self.page)
        self.entries: list[tuple[str, Link]] = [(self.page, self.link)]  # entries of the browser's history
        self.at = 0
        self.check()

    @property
    def link(self) -> Link:
        return dict(self.test.query_params)

    def tour(self) -> None:
        """Visit every page in random order, move a few controls on each, then visit every page again."""
        for _ in range(2):
            for page in self.random.sample(self.pages, len(self.pages)):
                if page != self.page:
                    self.go(page, take_along=self.random.random() < 0.5)
                    self.check()
                if len(self.left) < len(self.pages):
                    self.move()
                    self.check()

    def step(self) -> None:
        """Perform one random action, and check the state after it."""
        if not self.random.random() < 0.7 or not self.move():
            self.random.choice([self.menu, self.menu, self.menu, self.back, self.forward, self.reset])()
        self.check()

    def menu(self) -> None:
        """Choose another page in the menu; the browser may send names of the old page along."""
        page = self.random.choice([page for page in self.pages if page != self.page])
        self.go(page, take_along=self.random.random() < 0.5)

    def go(self, page: str, take_along: bool = False) -> None:
        self.trail.append(f"menu {page or 'home'}{' +' if take_along else ''}")
        self.left[self.page] = controls(self.test)
        asked = parse_qs(self._entry(page).query_string, keep_blank_values=True)
        bound = {name: value for name, value in self.link.items() if name in bound_names(self.test)}
        self._load(page, (bound if take_along else {}) | asked)
        self.entries = [*self.entries[: self.at + 1], (page, self.link)]
        self.at += 1
        if page in self.left and (lost := differences(self.left[page], controls(self.test))):
            raise Fault(f"not as it was left: {lost}")

    def back(self) -> None:
        self._travel(-1)

    def forward(self) -> None:
        self._travel(1)

    def _travel(self, by: int) -> None:
        if not 0 <= self.at + by < len(self.entries):
            return
        self.left.pop(self.page, None)
        self.left[self.page] = controls(self.test)
        self.at += by
        page, link = self.entries[self.at]
        self.trail.append(f"{'back' if by < 0 else 'forward'} to {page or 'home'} {link}")
        past = functools.partial(local_script_runner.RerunData, is_history_navigation=True)
        with mock.patch.object(local_script_runner, "RerunData", past):
            self._load(page, link)
        if self.link != link:
            raise Fault(f"history had the link {link}, the page has {self.link}")

    def _load(self, page: str, link: Link) -> None:
        self.test._tree = ElementTree()  # a browser drops the values of the page it leaves
        self.test._tree._runner = self.test
        self.test.query_params = link
        self.test.switch_page(page or "app.py").run()
        self.page = page

    def _entry(self, page: str) -> Any:
        name = page.removeprefix("pages/").removesuffix(".py")
        found = [one.proto for one in self.test.get("page_link") if one.proto.page == name]
        if not found:
            raise Fault(f"no entry for {page} in the menu")
        return found[0]

    def move(self) -> bool:
        """Give a random control a random allowed value; return False if there is none."""
        found = [one for one in movable(self.test) if not one.disabled]
        if not found:
            return False
        one = self.random.choice(found)
        self.set(one, allowed(one, self.test, self.random))
        return True

    def set(self, one: Any, value: Any) -> None:
        """Move a control; the browser writes it into the link at once."""
        self.trail.append(f"{one.key} = {value!r}")
        one.set_value(value)
        meta = metadata(self.test, one.id)
        if meta.bind:
            self.test.query_params.pop(one.key, None)
            if value != meta.deserializer(None):
                told = _coerce_value_for_query_url(meta.serializer(value), meta.value_type)
                self.test.query_params[one.key] = told[0] if isinstance(told, list) and len(told) == 1 else told or ""
        self.test.run()
        self.entries[self.at] = (self.page, self.link)

    def reset(self) -> None:
        """Press Reset and check that the page is as on a first visit."""
        if "page_reset" not in {one.key for one in self.test.button}:
            return
        self.trail.append("reset")
        self.test.button(key="page_reset").click().run()
        self.entries[self.at] = (self.page, self.link)
        if left := {name for name in self.link if name in links.NAMES[self.name]}:
            raise Fault(f"the link still has {left} after Reset")
        self.check()
        if lost := differences(controls(person.app(self.page)), controls(self.test)):
            raise Fault(f"not reset: {lost}")

    @property
    def name(self) -> str:
        return self.page.removeprefix("pages/").removesuffix(".py") or "app"

    def check(self) -> None:
        if self.test.exception:
            raise Fault(f"exception: {[box.message for box in self.test.exception]}")
        if foreign := set(self.link) - links.NAMES[self.name]:
            raise Fault(f"the link has {foreign}")
        if unlisted := bound_names(self.test) - links.NAMES[self.name]:
            raise Fault(f"core/ui/visit/links.toml does not have {unlisted}")
        errors = {box.value for box in self.test.error}
        if errors and (own := errors - {box.value for box in person.app(self.page, **self.link).error}):
            raise Fault(f"a fresh visit with {self.link} does not show: {own}")


def metadata(test: AppTest, id: str) -> Any:
    return test._session_state._state.get_widget_metadata(id)


def movable(test: AppTest) -> list[Any]:
    """Return the controls of the page that have a key."""
    return [one for kind in KINDS for one in test.get(kind) if one.key]


def controls(test: AppTest) -> dict[str, Any]:
    """Return the value of each control of the page."""
    return {one.key: one.value for one in [*movable(test), *test.text_input, *test.text_area] if one.key}


def bound_names(test: AppTest) -> set[str]:
    return {one.key for one in [*movable(test), *test.text_input, *test.text_area] if metadata(test, one.id).bind}


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = sorted(before.keys() | after.keys())
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def allowed(one: Any, test: AppTest, random: random.Random) -> Any:
    """Return a random value of those that a control offers."""
    if one.type in ("toggle", "checkbox"):
        return not one.value
    serde = metadata(test, one.id).deserializer.__self__
    if one.type in ("selectbox", "select_slider", "radio"):
        return random.choice(list(serde.options))
    if one.type == "button_group":
        options = [option for option in serde.options if option not in UNTRIED]
        if one._is_single_select:
            return random.choice(options)
        return [option for option in options if random.random() < 0.5]
    low, high, step = one.min, one.max, one.step or 1
    if one.type == "number_input" and high - low > 1000 * step:
        low, high = max(low, one.value - 50 * step), min(high, one.value + 50 * step)
    value = low + step * random.randint(0, max(0, int((high - low) / step + 1e-9)))
    return int(value) if isinstance(one.value, int) else round(float(min(value, high)), 6)


def walk(seed: int, steps: int, pages: list[str] = PAGES) -> str:
    """Run a walk; return the fault and the steps to it, or an empty string."""
    try:
        one = Walk(seed, pages)
    except Fault as fault:
        return f"walk {seed}: {fault}"
    try:
        for _ in range(steps):
            one.step()
    except Fault as fault:
        return f"walk {seed}: {fault}\n    " + "\n    ".join(one.trail)
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("walks", 200), ("steps", 30), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    importlib.import_module("streamlit_webrtc")  # its encryption cannot be loaded after TensorFlow's
    background.WAIT = background.WAIT_FIRST = person.PATIENCE
    engine.get, engine.warm_up = Here, lambda: None
    begun, faults = time.monotonic(), 0
    for seed in range(asked.seed, asked.seed + asked.walks):
        if told := walk(seed, asked.steps):
            faults += 1
            print(told, flush=True)
    print(f"{asked.walks} walks of {asked.steps} steps: {faults} faults, {time.monotonic() - begun:.0f} s", flush=True)
    return faults > 0


if __name__ == "__main__":
    sys.exit(main())
