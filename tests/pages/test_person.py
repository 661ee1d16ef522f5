"""Who is at the browser: a cookie that the server sets, an id made of it, and who sits at the server's own machine."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.visit import person
from tests.pages.person import VISITOR, visitor
from tests.pages.test_serve import get, streamlit

A, B = "0123456789abcdef" * 2, "f" * 32
LOCAL = {"host": "localhost:8501", "origin": "http://localhost:8501"}


def script() -> None:
    import streamlit as st

    from core.ui.visit import person

    st.text(person.id())
    st.text(str(person.at_server()))


def tab(secret: str | None) -> AppTest:
    test = AppTest.from_function(script, default_timeout=300)
    test.session_state[VISITOR] = visitor(secret=secret)
    return test.run()


def id_of(test: AppTest) -> str:
    return test.text[0].value


def cookie(**headers: str) -> str:
    return get(person.Cookie(streamlit), "/", accept="text/html", **headers)[1].get("set-cookie", "")


def test_two_tabs_of_a_browser_are_one_person_and_two_browsers_are_two() -> None:
    assert id_of(tab(A)) == id_of(tab(A)) != id_of(tab(B))
    assert re.fullmatch(r"[0-9a-f]{32}", id_of(tab(A)))


def test_the_id_does_not_give_the_secret_away_and_is_of_no_use_as_a_cookie() -> None:
    shown = id_of(tab(A))
    assert A not in shown
    assert id_of(tab(shown)) != shown


@pytest.mark.parametrize("value", [None, "", "x", A[:-1], A + "0", A.upper(), f" {A}", f"{A}\n", "../" * 11, "é" * 32])
def test_a_malformed_cookie_is_no_cookie_and_the_session_has_an_id_of_its_own(value: str | None) -> None:
    first, second = tab(value), tab(value)
    assert id_of(first) != id_of(second)
    assert id_of(first.run()) == id_of(first.run())


def test_a_run_that_outlives_its_connection_stays_that_person_s() -> None:
    test = tab(A)
    before = id_of(test)
    test.session_state[VISITOR] = person.Visitor(None, {}, {})
    assert id_of(test.run()) == before
    assert test.text[1].value == "False"


def test_the_first_page_sets_a_cookie_that_scripts_cannot_read() -> None:
    found = re.fullmatch(
        r"tamrin_person=([0-9a-f]{32}); Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", given := cookie()
    )
    assert found, given
    assert cookie() != given
    assert cookie(cookie=f"other=1; tamrin_person={found[1]}") == ""


@pytest.mark.parametrize("sent", ["tamrin_person=me", "tamrin_person=", "bad[=1; x", f"tamrin_person={A}0"])
def test_a_forged_cookie_is_replaced(sent: str) -> None:
    assert cookie(cookie=sent).startswith("tamrin_person=")


def test_only_pages_set_it_and_no_proxy_may_keep_such_an_answer() -> None:
    app = person.Cookie(streamlit)
    assert "set-cookie" not in get(app, "/static/x.js", accept="*/*")[1]
    assert "set-cookie" not in get(app, "/", "POST", accept="text/html")[1]
    assert get(app, "/", accept="text/html,*/*")[1]["cache-control"] == "private, no-cache"


def test_by_https_it_is_sent_by_https_only() -> None:
    assert not cookie().endswith("Secure")
    assert cookie(x_forwarded_proto="https").endswith("; Secure")


@pytest.mark.parametrize(
    ("host", "headers", "expected"),
    [
        ("127.0.0.1", LOCAL, True),
        ("127.0.0.9", {"host": "127.0.0.1:8501"}, True),
        ("::1", {"host": "[::1]:8501", "origin": "http://[::1]:8501"}, True),
        ("::ffff:127.0.0.1", LOCAL, True),
        ("192.0.2.7", LOCAL, False),
        ("::ffff:192.0.2.7", LOCAL, False),
        (None, LOCAL, False),
        ("no address", LOCAL, False),
        ("127.0.0.1", LOCAL | {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", LOCAL | {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", LOCAL | {"x-real-ip": "127.0.0.1"}, False),
        ("127.0.0.1", {"host": "127.0.0.1:8501", "origin": "https://tamrin.example"}, False),
        ("127.0.0.1", {"host": "localhost.example"}, False),
        ("127.0.0.1", {"host": "[bad"}, False),
        ("127.0.0.1", {}, False),
    ],
)
def test_who_is_at_the_server(host: str | None, headers: dict[str, str], expected: bool) -> None:
    test = AppTest.from_function(script, default_timeout=300)
    test.session_state[VISITOR] = person.Visitor(host, headers, {})
    assert test.run().text[1].value == str(expected)


def test_a_test_sits_at_the_server_unless_it_says_otherwise() -> None:
    assert AppTest.from_function(script, default_timeout=300).run().text[1].value == "True"
