"""Simulate a user without a browser: speak Streamlit's own protocol over its websocket.

It opens pages, moves their controls to allowed values, follows links of the menu, and answers what the frontend
would answer by itself: the signal that the first chart is painted, and the repeated runs of fragments.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE = 60.0  # seconds for one run
MOST_MESSAGE = 256 * 2**20


def _painted(component: str) -> WidgetState:
    """Return the browser's signal that the first chart is painted."""
    event = json.dumps([{"event": "painted", "value": True}])
    return WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{component}__events", json_trigger_value=event)


@dataclass
class Run:
    """One run of a page's script, as its user waited for it."""

    page: str
    seconds: float
    action: str
    exceptions: list[str]
    errors: list[str]


@dataclass
class Person:
    """One session. `runs` grows; `bytes_received` counts the bytes from the websocket."""

    url: str  # such as ws://127.0.0.1:8501
    seed: int
    runs: list[Run] = field(default_factory=list)
    bytes_received: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._elements: dict[tuple[int, ...], Element] = {}
        self._messages: dict[str, ForwardMsg] = {}
        self._states: dict[str, WidgetState] = {}
        self._repeats: dict[str, asyncio.Task] = {}  # by fragment; a task that stands here no longer ends by itself
        self._tasks: list[asyncio.Task] = []
        self._fresh: set[tuple[int, ...]] = set()
        self._of_fragment = False
        self._lock = asyncio.Lock()
        self._ended: asyncio.Queue[int] = asyncio.Queue()
        self.pages: dict[str, str] = {}  # path -> hash
        self.page, self._hash, self.query = "", "", ""

    async def __aenter__(self) -> "Person":
        self._socket = await websockets.connect(
            f"{self.url}/_stcore/stream", subprotocols=["streamlit"], max_size=MOST_MESSAGE, ping_timeout=120
        )
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(self, *exception: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self._socket.close()

    # ---- actions of a user

    async def open(self, path: str, query: str = "") -> Run:
        """Load a page by its address, as a new tab does."""
        self.page, self.query = path, query
        self._hash = self.pages.get(path, "")
        return await self._run("open", page_name="" if self._hash else path)

    async def follow(self, path: str) -> Run:
        """Go to another page through the menu."""
        self.page, self._hash, self.query = path, self.pages[path], ""
        return await self._run("menu")

    async def move(self) -> Run | None:
        """Set one control, chosen at random, to another of its values; return None if there is none."""
        choices = list(self._controls())
        if not choices:
            return None
        name, state = self.random.choice(choices)
        self._states[state.id] = state
        return await self._run(name)

    async def press(self, label: str) -> Run:
        """Press the button with this label. Raise LookupError if the page has none that is enabled."""
        buttons = [e.button for e in self._elements.values() if e.HasField("button")]
        found = next((b for b in buttons if label in b.label and not b.disabled), None)
        if found is None:
            raise LookupError(f"{self.page} has no button {label!r}, only {[b.label for b in buttons]}")
        return await self._run(f"button {label}", pressed=found.id)

    # ---- the protocol

    async def _run(self, action: str, page_name: str = "", pressed: str = "") -> Run:
        async with self._lock:
            return await self._timed(action, page_name=page_name, pressed=pressed)

    async def _timed(self, action: str, page_name: str = "", fragment: str = "", pressed: str = "") -> Run:
        """Run the page or a fragment of it; needs the lock."""
        begun = time.monotonic()
        button = [WidgetState(id=pressed, trigger_value=True)] if pressed else []
        unanswered = []
        try:
            await self._ask(button, page_name=page_name, fragment=fragment, repeated=action == "repeat")
            while waiting := self._painting():
                await self._ask([_painted(waiting)])
        except TimeoutError:
            unanswered = [f"no answer to {action} within {PATIENCE:.0f} s"]
        shown = unanswered + self._texts("exception")
        run = Run(self.page, time.monotonic() - begun, action, shown, self._texts("alert"))
        self.runs.append(run)
        return run

    async def _ask(
        self, triggers: list[WidgetState], *, page_name: str = "", fragment: str = "", repeated: bool = False
    ) -> None:
        message = BackMsg()
        while not self._ended.empty():
            self._ended.get_nowait()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self.query, self._hash, page_name
        state.fragment_id, state.is_auto_rerun = fragment, repeated
        state.context_info.timezone, state.context_info.locale = "UTC", "en"
        state.context_info.url = f"{self.url.replace('ws', 'http', 1)}/{self.page}"
        for known in [*self._states.values(), *triggers]:
            state.widget_states.widgets.add().CopyFrom(known)
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._ended.get(), PATIENCE)

    async def _listen(self) -> None:
        async for content in self._socket:
            self.bytes_received += len(content)
            message = ForwardMsg()
            message.ParseFromString(content)
            if message.WhichOneof("type") == "ref_hash":
                original = ForwardMsg()
                original.CopyFrom(self._messages[message.ref_hash])
                original.metadata.CopyFrom(message.metadata)
                message = original
            elif message.metadata.cacheable:
                self._messages[message.hash] = message
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._hash = message.new_session.page_script_hash
            # A fragment may ask for a run of the whole page, after which it may be gone.
            self._of_fragment = bool(message.metadata.run.fragment_ids)
            if not self._of_fragment:
                self._fresh, self._repeats = set(), {}
        elif kind == "navigation":  # only now is it known which page an address names
            self._hash = message.navigation.page_script_hash
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message.delta)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            gone = set(message.stop_auto_rerun.fragment_ids)
            self._repeats = {fragment: task for fragment, task in self._repeats.items() if fragment not in gone}
        elif kind == "script_finished":
            self._finish(message.script_finished)

    def _draw(self, path: tuple[int, ...], delta: Delta) -> None:
        if delta.WhichOneof("type") == "new_element":
            self._elements[path] = element = delta.new_element
            if element.HasField("page_link"):
                self.pages[element.page_link.page] = element.page_link.page_script_hash
            self._fresh.add(path)

    def _finish(self, status: int) -> None:
        if status == 0:  # FINISHED_SUCCESSFULLY
            self._forget()
        if status != 2:  # FINISHED_EARLY_FOR_RERUN: another run follows
            self._ended.put_nowait(status)

    def _forget(self) -> None:
        """Remove elements that this run did not draw, and the values of their controls."""
        self._elements = {p: e for p, e in self._elements.items() if p in self._fresh}
        if not self._of_fragment:
            there = {getattr(getattr(e, e.WhichOneof("type")), "id", "") for e in self._elements.values()}
            self._states = {id: state for id, state in self._states.items() if id in there}

    def _repeat(self, fragment: str, interval: float) -> None:
        if fragment in self._repeats:
            return

        async def again() -> None:
            while True:
                await asyncio.sleep(interval)
                async with self._lock:
                    if self._repeats.get(fragment) is not asyncio.current_task():
                        return
                    await self._timed("repeat", fragment=fragment)

        self._repeats[fragment] = asyncio.create_task(again())
        self._tasks.append(self._repeats[fragment])

    # ---- content of the page

    def _texts(self, kind: str) -> list[str]:
        found = [getattr(e, kind) for e in self._elements.values() if e.HasField(kind)]
        if kind == "exception":
            return [f"{e.type}: {e.message}" for e in found]
        return [e.body for e in found if e.format == e.ERROR]

    def _painting(self) -> str:
        """Return the id of the component that waits for the first chart to be painted, if there is one."""
        for element in self._elements.values():
            if element.HasField("bidi_component") and "painted" in element.bidi_component.component_name:
                return element.bidi_component.id
        return ""

    def _controls(self) -> Iterator[tuple[str, WidgetState]]:
        """Yield every control that a run follows, with a new value for it."""
        for element in self._elements.values():
            kind = element.WhichOneof("type")
            make = getattr(self, f"_new_{kind}", None)
            control = getattr(element, kind) if make else None
            if control is None or control.disabled or getattr(control, "form_id", ""):
                continue
            state = WidgetState(id=control.id)
            if make(control, state):
                yield f"{kind} {control.label}", state

    def _new_slider(self, slider, state: WidgetState) -> bool:
        if slider.options:  # a choice among words
            state.string_array_value.data.append(self.random.choice(list(slider.options)))
            return len(slider.options) > 1
        steps = round((slider.max - slider.min) / slider.step) if slider.step else 0
        now = len(slider.default) or 1
        values = sorted(slider.min + slider.step * self.random.randint(0, min(steps, 40)) for _ in range(now))
        state.double_array_value.data.extend(values)
        return steps > 0

    def _new_number_input(self, number, state: WidgetState) -> bool:
        step = number.step or 1.0
        value = number.default + step * self.random.choice((-1, 1, 2))
        low = number.min if number.has_min else value
        high = number.max if number.has_max else value
        state.double_value = min(max(value, low), high)
        return True

    def _new_selectbox(self, box, state: WidgetState) -> bool:
        if box.options:
            state.string_value = self.random.choice(list(box.options))
        return len(box.options) > 1

    def _new_button_group(self, group, state: WidgetState) -> bool:
        names = [option.content for option in group.options]
        if names:
            state.string_array_value.data.append(self.random.choice(names))
        return len(names) > 1

    def _new_checkbox(self, box, state: WidgetState) -> bool:
        state.bool_value = self.random.random() < 0.5
        return True
