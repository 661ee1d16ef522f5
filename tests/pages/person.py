"""What a person does with a page, by AppTest: open a link, read, train and wait."""

import re
import time
from functools import cache

import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from core import settings
from core.jobs import engine
from core.ui.frame import paint
from core.ui.visit import person as at_browser

PATIENCE = 600.0  # seconds for one drawing or one training: a machine that does much else may take its time


# What every run of AppTest would do and takes most of its time: look for components in all installed packages, and
# clear a Keras that other tests have loaded here.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
script_runner._clean_problem_modules = lambda: None
paint.PAUSE = 0.0  # there is no browser that could paint meanwhile

# AppTest opens no websocket, so there is no handshake to read. A test's person sits at the server and has no cookie,
# unless the test puts another visitor into the session: `test.session_state[person.VISITOR] = ...`.
VISITOR = "test_visitor"
AT_SERVER = at_browser.Visitor("127.0.0.1", {"host": "localhost"}, {})
at_browser._visitor = lambda: st.session_state.get(VISITOR, AT_SERVER)


def visitor(host: str = "192.0.2.7", secret: str | None = None, **headers: str) -> at_browser.Visitor:
    """Somebody at another machine, with the secret of their cookie."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    cookies = {} if secret is None else {at_browser.COOKIE: secret}
    return at_browser.Visitor(host, {"host": "tamrin.example", **named}, cookies)


def app(page: str, /, seen_as: at_browser.Visitor = AT_SERVER, **query: str) -> AppTest:
    """The whole page, as its link with this query gives it; "" is the home page."""
    test = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=PATIENCE)
    test.session_state[VISITOR] = seen_as
    test.session_state[paint.DRAWN] = paint.WHOLE  # no browser is here to say that it has painted
    if page:
        test.switch_page(page)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def said(test: AppTest) -> str:
    """All sentences of the page in one string."""
    kinds = (test.markdown, test.caption, test.info, test.warning, test.error)
    return " ".join(element.value for kind in kinds for element in kind)


def html(test: AppTest) -> str:
    """All that the page sets in HTML of its own."""
    return " ".join(element.proto.body for element in test.get("html"))


def files_lacking(test: AppTest) -> set[str]:
    """Files that the exported script of Take home reads and the page does not offer for download."""
    source = next(code.value for code in test.code if code.language == "python")
    usage = re.search(r"python (?:SCRIPT|\S+\.py)(.*)", source)
    read = set(re.findall(r"[\w.]+\.(?:csv|txt)", usage[1] if usage else ""))
    read |= set(re.findall(r'load_weights\("(.+?)"\)', source))
    offered = {button.proto.id.partition("save-")[2] for button in test.get("download_button")}
    return read - offered


def train(test: AppTest) -> AppTest:
    """Press Train, wait for the job of the link, draw again; what ends at once has been told already."""
    test.button(key="train_now").click().run()
    if "job" not in test.query_params:
        return test
    wait(job_of(test))
    return test.run()


def job_of(test: AppTest) -> str:
    job = test.query_params["job"]
    return job[0] if isinstance(job, list) else job


def wait(job: str) -> None:
    """Wait until a job has ended; an AssertionError after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while engine.get().job(job).active:
        assert time.monotonic() < end, f"the job {job} is still active after {PATIENCE:g} s"
        time.sleep(0.1)


def end_engine() -> None:
    """End the workers of this process, if there are any; the next page starts new ones."""
    if engine._engine is not None:
        engine._engine.close()
        engine._engine = None
