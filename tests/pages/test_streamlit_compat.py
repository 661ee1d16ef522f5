"""What `core.ui.compat` relies on in Streamlit, by small scripts that AppTest runs."""

import functools
import inspect
from pathlib import Path
from unittest import mock

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.testing.v1 import AppTest, local_script_runner

from core.ui import compat
from core.ui.serving import splash


def ran(test: AppTest) -> AppTest:
    test.default_timeout = 300
    test.run()
    assert not test.exception
    return test


def test_outside_of_a_run_there_is_no_page() -> None:
    assert (compat.page_name(), compat.session_id()) == ("", None)
    with pytest.raises(RuntimeError, match="drawn by Streamlit"):
        compat.page_file()


def test_a_run_knows_its_page_its_session_and_what_led_to_it(tmp_path: Path) -> None:
    source = (
        "import streamlit as st\nfrom core.ui import compat\n"
        "st.text(' '.join(map(str, (compat.page_file(), compat.page_name(), compat.by_history()))))\n"
        "st.text(compat.session_id())\n"
    )
    (tmp_path / "pages").mkdir()
    (tmp_path / "main.py").write_text(source)
    (tmp_path / "pages" / "other.py").write_text(source)
    test = ran(AppTest.from_file(str(tmp_path / "main.py")))
    assert [text.value for text in test.text] == ["main  False", "test session id"]
    assert ran(test.switch_page("pages/other.py")).text[0].value == "other other False"
    past = functools.partial(local_script_runner.RerunData, is_history_navigation=True)
    with mock.patch.object(local_script_runner, "RerunData", past):
        assert ran(test).text[0].value == "other other True"


def every_control() -> None:
    import streamlit as st

    from core.ui import compat

    st.checkbox("a", key="checkbox")
    st.date_input("a", "2026-01-02", key="date_input")
    st.multiselect("a", ["x", "y"], key="multiselect")
    st.number_input("a", 1.0, 9.0, 2.0, key="number_input", bind="query-params")
    st.pills("a", ["x", "y"], key="pills", selection_mode="multi")
    st.radio("a", ["x", "y"], key="radio")
    st.segmented_control("a", ["x", "y"], key="segmented_control")
    st.select_slider("a", ["x", "y"], key="select_slider")
    st.selectbox("a", ["x", "y"], key="selectbox", bind="query-params")
    st.slider("a", 0, 9, 4, key="slider", bind="query-params")
    st.text_area("a", key="text_area")
    st.text_input("a", "t", key="text_input")
    st.time_input("a", "10:00", key="time_input")
    st.button("a", key="button")
    st.file_uploader("a", key="file_uploader")
    st.session_state["drawn"] = compat.drawn()


@functools.cache
def controls() -> dict[str, compat.Control]:
    return ran(AppTest.from_function(every_control)).session_state["drawn"]


def test_the_controls_that_a_script_may_set_are_known_by_their_serialiser() -> None:
    fixed = {"button", "file_uploader"}
    assert {key for key, one in controls().items() if not one.settable} == fixed
    used = {type(one._serialiser).__name__ for key, one in controls().items() if key not in fixed}
    assert used == compat.SETTABLE


def test_a_control_has_its_key_and_tells_whether_the_link_carries_it() -> None:
    assert all(one.key == key for key, one in controls().items())
    assert {key for key, one in controls().items() if one.bound} == {"number_input", "selectbox", "slider"}


def test_a_control_has_its_default_options_limits_and_its_form_in_a_link() -> None:
    slider, number, box = (controls()[key] for key in ("slider", "number_input", "selectbox"))
    assert (slider.default(), number.default(), box.default()) == (4, 2.0, "x")
    assert (slider.limits, number.limits, box.limits) == ((0, 9), (1.0, 9.0), None)
    assert (slider.options, box.options, controls()["segmented_control"].options) == (None, ["x", "y"], ["x", "y"])
    assert {key for key, one in controls().items() if one.switch} == {"checkbox"}
    assert slider.in_link(7) == slider.from_link(["7"]) == [7]
    assert box.in_link("y") == box.from_link(["y"]) == "y"
    with pytest.raises(ValueError, match="many"):
        number.from_link(["many"])


def two_steps() -> None:
    import streamlit as st

    from core.ui import compat

    known = compat.ids()
    told = {key: compat.in_browser(id) for key, id in known.items()}
    if "drop" in st.query_params:
        compat.drop_controls(known.values())
    st.slider("a", 0, 9, 4, key="n")
    if "hide" not in st.query_params:
        st.slider("a", 0, 9, 4, key="m")
    drawn = set(compat.drawn()), {compat.control(id).key for id in compat.drawn_ids()}
    st.session_state["seen"] = set(known), told, drawn, compat.control("no such id")


def test_controls_are_known_by_key_from_their_first_run_and_the_browser_has_them_from_the_second() -> None:
    test = ran(AppTest.from_function(two_steps))
    assert test.session_state["seen"] == (set(), {}, ({"n", "m"}, {"n", "m"}), None)
    test.query_params["hide"] = ""
    ran(test)
    assert test.session_state["seen"] == ({"n", "m"}, {"n": True, "m": True}, ({"n"}, {"n"}), None)


def test_a_control_that_was_dropped_has_no_key_before_it_is_drawn_again() -> None:
    test = ran(AppTest.from_function(two_steps))
    test.query_params |= {"drop": "", "hide": ""}
    ran(test)
    assert test.session_state["seen"][0] == {"n", "m"}
    del test.query_params["drop"]
    assert ran(test).session_state["seen"][0] == {"n"}


def test_the_callback_of_a_control_that_was_dropped_is_not_run() -> None:
    def script() -> None:
        import streamlit as st

        from core.ui import compat

        if "drop" in st.query_params:
            compat.drop_controls(compat.ids().values())
        else:
            st.slider("a", 0, 9, 4, key="n", on_change=lambda: st.session_state.update(called=True))

    for dropped in (False, True):
        test = ran(AppTest.from_function(script))
        late = test.slider(key="n").set_value(7).root.get_widget_states()
        if dropped:
            test.query_params["drop"] = ""
            test.slider(key="n").set_value(4)
            ran(test)
        test._run(late)
        assert ("called" in test.session_state) is not dropped


def with_link() -> None:
    import streamlit as st

    from core.ui import compat

    st.slider("a", 0, 9, 4, key="n", bind="query-params")
    st.session_state["links"] = compat.sent_link(), compat.link(), set(compat.bound().values())
    if "b" in st.query_params:
        compat.set_link({"n": ["5"], "c": ["1", "2"]}, keep_bound="keep" in st.query_params)
        st.session_state["after"] = compat.link(), set(compat.bound().values())


def test_the_link_of_a_page_is_read_and_set() -> None:
    test = AppTest.from_function(with_link)
    test.query_params |= {"n": "7", "a": ["1", "2"]}
    ran(test)
    link = {"n": ["7"], "a": ["1", "2"]}
    assert test.session_state["links"] == (link, link, {"n"})
    test.query_params |= {"b": ""}
    ran(test)
    assert test.session_state["after"] == ({"n": ["5"], "c": ["1", "2"]}, set())
    assert test.query_params == {"n": "5", "c": ["1", "2"]}
    test.query_params |= {"b": "", "keep": ""}
    ran(test)
    assert test.session_state["after"] == ({"n": ["5"], "c": ["1", "2"]}, {"n"})


def test_the_browser_is_told_of_a_link_that_it_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from core.ui import compat

        compat.set_link({"n": [st.session_state["wanted"]]})

    sent: list[str] = []
    queue, enqueue = local_script_runner.ForwardMsgQueue, local_script_runner.ForwardMsgQueue.enqueue

    def listening(self, msg: ForwardMsg) -> None:
        sent.append(msg.page_info_changed.query_string)
        enqueue(self, msg)

    monkeypatch.setattr(queue, "enqueue", listening)
    for wanted, told in (("5", []), ("6", ["n=6"])):
        sent.clear()
        test = AppTest.from_function(script, default_timeout=300)
        test.session_state["wanted"] = wanted
        test.query_params["n"] = "5"
        test.run()
        assert [query for query in sent if query] == told


def test_streamlit_s_own_parameters_are_known() -> None:
    assert [compat.embeds(name) for name in ("embed", "EMBED", "embed_options", "n")] == [True, True, True, False]


def test_a_container_that_draws_nothing_gives_the_values_of_its_controls() -> None:
    def script() -> None:
        import streamlit as st

        from core.ui import compat

        st.text(compat.unseen().slider("a", 0, 9, 4, key="n"))

    test = ran(AppTest.from_function(script))
    assert ([text.value for text in test.text], len(test.slider)) == (["4"], 0)


def test_the_bytes_of_an_upload_can_be_freed() -> None:
    def script() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from core.ui import compat

        if given := st.file_uploader("a", key="file"):
            context = get_script_run_ctx()
            held = lambda: context.uploaded_file_mgr.get_files(context.session_id, [given.file_id])  # noqa: E731
            before = [(one.name, one.data) for one in held()]
            compat.empty_uploads([given.file_id])
            st.session_state["held"] = before, [(one.name, one.data) for one in held()]

    test = ran(AppTest.from_function(script))
    test.file_uploader(key="file").set_value(("a.csv", b"abc", "text/csv"))
    ran(test)
    assert test.session_state["held"] == ([("a.csv", b"abc")], [("a.csv", b"")])


def test_the_frontend_has_the_places_that_the_first_page_changes() -> None:
    index = (compat.static_folder() / "index.html").read_text()
    for place in (splash.TITLE, splash.ROOT, splash.HEAD):
        assert index.count(place) == 1, place
    assert splash.ICON in index
    assert splash.FONT in index
    assert list(compat.static_folder().glob("static/js/PlotlyChart.*.js"))


def test_the_server_takes_a_session_without_a_browser() -> None:
    for method, arguments in {"connect_session": 1, "handle_backmsg": 2, "close_session": 1}.items():
        named = {"user_info": {}} if method == "connect_session" else {}
        assert inspect.signature(getattr(Runtime, method)).bind(None, *range(arguments), **named)
    calls: list[tuple] = []
    server = mock.Mock(
        connect_session=lambda client, user_info: "id",
        handle_backmsg=lambda session, message: calls.append((session, message.WhichOneof("type"))),
        close_session=lambda session: calls.append((session, "closed")),
    )
    visitor = compat.Visitor(server)
    visitor.write_forward_msg(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    assert visitor.finished.is_set()
    visitor.open("hafez")
    assert not visitor.finished.is_set()
    visitor.stop()
    visitor.leave()
    assert calls == [("id", "rerun_script"), ("id", "stop_script"), ("id", "closed")]
    assert "page_name" in BackMsg().rerun_script.DESCRIPTOR.fields_by_name
    with pytest.raises(RuntimeError):
        compat.server()


def test_ended_sessions_can_be_expired() -> None:
    assert "_session_mgr" in Runtime.__init__.__code__.co_names
    assert "_session_storage" in WebsocketSessionManager.__init__.__code__.co_names
    server = mock.Mock(_session_mgr=mock.Mock(_session_storage=MemorySessionStorage()))
    assert compat.expire_sessions(server) == 0


def asks(page: str, query: str = "", fragment: str = "", control: str = "") -> bytes:
    message = BackMsg()
    state = message.rerun_script
    state.page_script_hash, state.query_string, state.fragment_id = page, query, fragment
    if control:
        state.widget_states.widgets.add(id=control, json_trigger_value="[]")
    return message.SerializeToString()


def test_what_a_page_asks_for_itself_after_another_was_opened_is_asked_of_that_one() -> None:
    for late in (asks("a", "x=1", fragment="chip"), asks("a", "x=1", control="$$ID-1-painted-0__events")):
        requests = compat.Requests()
        for sent in (asks(""), asks("a", "x=1", fragment="chip"), asks("a", "x=1"), asks("b", "y=2")):
            assert requests.corrected(sent) == sent
        message = BackMsg()
        message.ParseFromString(requests.corrected(late))
        assert (message.rerun_script.page_script_hash, message.rerun_script.query_string) == ("b", "y=2")
        assert message.rerun_script.fragment_id == ("chip" if b"chip" in late else "")
        for sent in (asks("b", "y=3", fragment="chip"), asks("a", "x=1"), asks("a", "x=1", fragment="chip")):
            assert requests.corrected(sent) == sent  # somebody has gone back


@pytest.mark.parametrize("sent", [b"\xff\xff\xff", BackMsg(stop_script=True).SerializeToString()])
def test_other_messages_of_a_browser_stay_as_they_are(sent: bytes) -> None:
    assert compat.Requests().corrected(sent) == sent
