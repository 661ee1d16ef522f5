"""Draw the page of a lab, the same way for all: controls, training, the chosen view of the result, one sentence."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import TamrinError
from core.jobs.job import Job
from core.ui import jobs, literal
from core.ui.frame import chrome

W = TypeVar("W")  # values of the controls
F = TypeVar("F")  # what is found for them: stored runs, data
# Names of the views that most labs have.
RESULT, INSIDE, DOWNLOADS, THEORY = "Result", "Inside the network", "Downloads", "Theory"
STUDY = "Ablation study"


def _nothing(wanted: Any, found: Any) -> None:
    jobs.nothing_yet()


def _none(wanted: Any, found: Any) -> None:
    """Draw nothing."""


def _has_runs(found: Any) -> bool:
    return bool(found.runs)


@dataclass(frozen=True)
class LabPage(Generic[W, F]):
    """The parts of a lab's page. Most of them take the values of the controls and what `find` returns for these.

    Each may raise TamrinError; the page then shows its sentence in place of the rest.
    """

    title: str
    lead: str
    controls: Callable[[], W]
    find: Callable[[W], F]
    stamps: Callable[[W, F], Iterable[str]]  # facts for the muted line
    views: Mapping[str, Callable[[W, F], None]]  # the first one is the default
    honest: Callable[[W, F], str]  # the summary sentence, empty if there is nothing to say
    live: Callable[[Job], go.Figure]  # curves of a running training
    below: Callable[[Job], None] = lambda job: None  # drawn below these
    train: Callable[[W, F], None] = _none  # offers a training, above the controls
    collect: Callable[[str], None] | None = None  # takes results of a finished job that are kept out of the store
    notes: Callable[[W, F], None] = _none  # drawn above the views
    ready: Callable[[F], bool] = _has_runs  # whether there is a result to view
    nothing: Callable[[W, F], None] = _nothing  # drawn in place of a view if there is none
    always: Collection[str] = (THEORY,)  # views that need no result
    chart_first: bool = False  # a visit begins with the first chart


def of_found(part: Callable[[F], Any]) -> Callable[[Any, F], Any]:
    """Adapt a part that needs only what was found."""
    return lambda wanted, found: part(found)


def of_wanted(part: Callable[[W], Any]) -> Callable[[W, Any], Any]:
    """Adapt a part that needs only the values of the controls."""
    return lambda wanted, found: part(wanted)


def alone(part: Callable[[], Any]) -> Callable[[Any, Any], Any]:
    """Adapt a part that needs neither."""
    return lambda wanted, found: part()


@contextmanager
def frame(
    title: str, lead: str, *, chart_first: bool = False, controls: bool = True
) -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """Draw title, menu and footer; yield the column of the controls and that of the result, where errors are shown.

    Without controls both are the whole page.
    """
    chrome.page(title, lead, chart_first=chart_first)
    left, result = chrome.lab() if controls else (st.container(),) * 2
    try:
        yield left, result
    except TamrinError as error:
        with result:
            literal.error(error)
    finally:
        chrome.footer()


def draw(page: LabPage[Any, Any]) -> None:
    """Draw the page of a lab."""
    with frame(page.title, page.lead, chart_first=page.chart_first) as (controls, result):
        with controls:
            button = st.container()
            wanted = page.controls()
        with result:
            _result(page, wanted, button)


def _result(page: LabPage[Any, Any], wanted: Any, button: DeltaGenerator) -> None:
    job = jobs.current(page.collect, page.live)
    found = page.find(wanted)
    if job is None:
        with button:
            page.train(wanted, found)
    chrome.stamps(*page.stamps(wanted, found))
    if job is not None:
        jobs.panel(job, page.live, page.below)
    page.notes(wanted, found)
    view = chrome.views(*page.views)
    draw = page.views[view] if view in page.always or page.ready(found) else page.nothing
    draw(wanted, found)
    if told := page.honest(wanted, found):
        chrome.honest(told)
