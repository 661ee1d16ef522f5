"""Uses of Streamlit beyond its documented API, each behind a plain name.

All other modules use only what Streamlit documents (`tests/test_house.py` checks it), and the type `DeltaGenerator` of
its containers. `tests/pages/test_streamlit_compat.py` lists what is relied on here and fails first when a version
changes it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from google.protobuf.message import DecodeError
from streamlit import file_util
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, SessionClient, get_instance
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext, get_script_run_ctx
from streamlit.runtime.state.common import WidgetMetadata, user_key_from_element_id
from streamlit.runtime.state.query_params import EMBED_QUERY_PARAMS_KEYS, QueryParams, parse_url_param
from streamlit.runtime.state.session_state import SessionState

Link = dict[str, list[str]]  # the parameters of a page's address
Server = Runtime
PAINTED = "painted"  # begins the key of the control by which the browser asks for the rest of a page
# Serialisers of the controls whose value a script may set; that of a button or an upload may only be read.
SETTABLE = {
    "CheckboxSerde", "DateInputSerde", "MultiSelectSerde", "NumberInputSerde", "RadioSerde", "SelectSliderSerde",
    "SelectboxSerde", "SliderSerde", "TextAreaSerde", "TextInputSerde", "TimeInputSerde",
    "_MultiSelectButtonGroupSerde", "_SingleSelectButtonGroupSerde",
}  # fmt: skip


# -- the run of a script


def page_file() -> str:
    """Return the name of the page's file without its ending, "app" for Home. RuntimeError outside of a run."""
    context = _context()
    return Path(context.pages_manager.get_pages()[context.page_script_hash]["script_path"]).stem


def page_name() -> str:
    """Return the name of the page in its address; "" for Home, and outside of a run."""
    context = get_script_run_ctx()
    page = context.pages_manager.get_pages().get(context.page_script_hash) if context else None
    return page.get("url_pathname", "") if page else ""


def session_id() -> str | None:
    """Return the id of the session; None outside of a run."""
    context = get_script_run_ctx()
    return context.session_id if context else None


def by_history() -> bool:
    """Return whether the browser's history led to this run."""
    return _context().is_history_navigation


def _context() -> ScriptRunContext:
    context = get_script_run_ctx()
    if context is None:
        raise RuntimeError("A page is drawn by Streamlit alone.")
    return context


# -- controls


@dataclass(frozen=True)
class Control:
    """A control that has a key, as Streamlit registered it when it was last drawn."""

    metadata: WidgetMetadata[Any]

    @property
    def key(self) -> str | None:
        return user_key_from_element_id(self.metadata.id)

    @property
    def settable(self) -> bool:
        """Return whether a script may set its value."""
        return type(self._serialiser).__name__ in SETTABLE

    @property
    def bound(self) -> bool:
        """Return whether the link carries its value."""
        return self.metadata.bind is not None

    @property
    def switch(self) -> bool:
        """Return whether its value is true or false."""
        return self.metadata.value_type == "bool_value"

    @property
    def options(self) -> list[str] | None:
        """Return the options of a choice as the link has them."""
        return self.metadata.formatted_options or getattr(self._serialiser, "formatted_options", None)

    @property
    def limits(self) -> tuple[Any, Any] | None:
        """Return the least and the greatest value of a number."""
        low = getattr(self._serialiser, "min_value", None)
        return None if low is None else (low, self._serialiser.max_value)

    def default(self) -> Any:
        return self.metadata.deserializer(None)

    def in_link(self, value: Any) -> Any:
        """Return a value as the link has it."""
        return self.metadata.serializer(value)

    def from_link(self, asked: Sequence[str]) -> Any:
        """Return the values of a link in the form of `in_link`. ValueError if they are of another type."""
        return parse_url_param(list(asked), self.metadata.value_type)

    @property
    def _serialiser(self) -> Any:
        return getattr(self.metadata.deserializer, "__self__", None)


def ids() -> dict[str, str]:
    """Return the id of each control that has a key, by key; a control that is no longer drawn keeps its entry."""
    return dict(_state()._key_id_mapper._key_id_mapping)


def control(id: str) -> Control | None:
    metadata = _state().get_widget_metadata(id)
    return None if metadata is None else Control(metadata)


def in_browser(id: str) -> bool:
    """Return whether the browser has a control, and would send back its value."""
    return id in _state()._new_widget_state


def drawn() -> dict[str, Control]:
    """Return the controls with a key that this run has drawn so far, by key."""
    shown = drawn_ids()
    return {key: one for key, id in ids().items() if id in shown and (one := control(id))}


def drawn_ids() -> frozenset[str]:
    """Return the ids of all controls that this run has drawn so far."""
    return _context().shared.widget_ids_this_run.snapshot()


def drop_controls(dropped: Iterable[str]) -> None:
    """Forget all keys of controls, and the callbacks of the given ids: a late click would run them on another page."""
    state = _state()
    for id in dropped:
        state._new_widget_state.widget_metadata.pop(id, None)
    state._key_id_mapper.clear()


def _state() -> SessionState:
    return _context().session_state._state


# -- the link


def sent_link() -> Link:
    """Return the link that the browser sent with this run."""
    return _parsed(_context().query_string)


def link() -> Link:
    """Return the present link of the page."""
    return {name: list(value) if isinstance(value, list) else [value] for name, value in _query()._query_params.items()}


def set_link(link: Link, keep_bound: bool = False) -> None:
    """Set the link of the page, and tell the browser if it has another one; `keep_bound` for a part of the present."""
    query, text = _query(), urlencode(link, doseq=True)
    if not keep_bound:
        for id in bound():
            query.unbind_widget(id)
        query.set_initial_query_params(text)
    query._query_params = {name: values[0] if len(values) == 1 else values for name, values in link.items()}
    if _parsed(text) != sent_link():
        send_link()


def send_link() -> None:
    """Send the link of the page to the browser."""
    _query()._send_query_param_msg()


def bound() -> dict[str, str]:
    """Return the parameter of each control whose value the link carries, by the control's id."""
    return {id: binding.param_key for id, binding in _query()._bindings_by_widget.items()}


def embeds(name: str) -> bool:
    """Return whether a parameter is one of Streamlit's own, which every page accepts."""
    return name.lower() in EMBED_QUERY_PARAMS_KEYS


def _query() -> QueryParams:
    return _state().query_params


def _parsed(query: str) -> Link:
    return parse_qs(query, keep_blank_values=True)


# -- elements and files


def unseen() -> DeltaGenerator:
    """Return a container that draws nothing: its controls have their values all the same."""
    return DeltaGenerator(root_container=None)


def empty_uploads(files: Sequence[str]) -> None:
    """Free the bytes of uploaded files, by `file_id`, that Streamlit would hold until the session ends."""
    context = get_script_run_ctx()
    if context is None or not hasattr(context.uploaded_file_mgr, "add_file"):
        return
    manager: Any = context.uploaded_file_mgr
    session = context.session_id
    for record in manager.get_files(session, list(files)):
        manager.add_file(session, record._replace(data=b""))


def static_folder() -> Path:
    """Return the folder of the frontend: `index.html` and, below `static`, scripts, styles and fonts."""
    return Path(file_util.get_static_dir())


# -- the server


def server() -> Server:
    """Return the server of this process. RuntimeError before it runs."""
    return get_instance()


class Requests:
    """Correct the requests of one browser, so that none leads back to the page before the one opened last.

    Until a page that a user has opened arrives, the browser still names the page before it, and its timers go on. If a
    fragment is then run again, or a page completed, Streamlit returns to the page before: the click is lost, or the
    fragment comes to a page that has no place for it, at which the frontend breaks down and the page stays blank.
    """

    def __init__(self) -> None:
        self._last = ClientState()

    def corrected(self, data: bytes) -> bytes:
        """Return a message with the page and the link that the browser has asked for last."""
        message = BackMsg()
        try:
            message.ParseFromString(data)
        except DecodeError:
            return data  # the server closes the connection
        if not message.HasField("rerun_script"):
            return data
        asked, last = message.rerun_script, self._last
        if not self._of_its_own(asked):
            last.page_script_hash, last.query_string = asked.page_script_hash, asked.query_string
        elif last.page_script_hash not in ("", asked.page_script_hash):
            asked.page_script_hash, asked.query_string = last.page_script_hash, last.query_string
            return message.SerializeToString()
        return data

    def _of_its_own(self, asked: ClientState) -> bool:
        """Return whether a fragment asks, or a page for the rest of itself: neither opens another page."""
        events = [one.id for one in asked.widget_states.widgets if one.WhichOneof("value") == "json_trigger_value"]
        return bool(asked.fragment_id) or any(f"-{PAINTED}-" in id for id in events)


def expire_sessions(server: Server) -> int:
    """Drop the sessions that were disconnected for longer than the setting allows; return their number."""
    sessions: Any = server._session_mgr
    return len(sessions._session_storage._cache.expire())


class Visitor(SessionClient):
    """A session without a browser. `finished` is set when a page has been drawn."""

    @property
    def client_context(self) -> None:
        return None

    def __init__(self, server: Server) -> None:
        self.finished = asyncio.Event()
        self._server = server
        self._session = server.connect_session(self, user_info={})

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "script_finished":
            self.finished.set()

    def open(self, page: str) -> None:
        """Begin to draw a page, by the name in its address."""
        message = BackMsg()
        message.rerun_script.page_name = page
        self.finished.clear()
        self._server.handle_backmsg(self._session, message)

    def stop(self) -> None:
        """Stop drawing."""
        self._server.handle_backmsg(self._session, BackMsg(stop_script=True))

    def leave(self) -> None:
        """End the session."""
        self._server.close_session(self._session)
