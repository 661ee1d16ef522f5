"""Give each page its own controls and its own link, even if names are shared with other pages.

Streamlit keeps one set of values for all pages: a slider named "seeds" hands its value to the "seeds" of the next
page. So when the page changes, the values of the old page are saved under its name, and those that the new page had
when it was left are restored. A link with other values wins over them, and so does an entry of the browser's
history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from core.runs.spec import Values
from core.ui import compat
from core.ui.compat import Control, Link
from core.ui.visit import links

PAGE, PAGES, RETURNED, OPENED, NOTES, RESETTING, PASSING, VISIT = (
    f"page_{name}" for name in ("now", "left", "returned", "opened", "notes", "resetting", "passing", "visit")
)
ROUNDS = 4  # maximum reruns of a reset: the default of one control may depend on another's value


@dataclass
class Kept:
    """State of a page when it was left."""

    link: Link = field(default_factory=dict)
    values: Values = field(default_factory=dict)  # values that a link can carry, of hidden controls too
    free: Values = field(default_factory=dict)  # values that no link carries
    shown: Values = field(default_factory=dict)  # values of all controls that the last whole run has drawn


def enter() -> None:
    """Begin a run of a page: exchange the values if the page has changed, continue a reset if there is one."""
    page, left = compat.page_file(), st.session_state.get(PAGE)
    if page != left:
        if left is None:
            link = _rename(page)
        else:
            sent = links.renamed(page, compat.sent_link())
            link = _take_up(page, sent, _put_away(left, sent))
        st.session_state[PAGE] = page
        _open(link)
    elif compat.by_history():
        _open(_rename(page))
    elif any(st.session_state.get(key, value) != value for key, value in _kept(page).shown.items()):
        st.session_state[NOTES], st.session_state[PASSING] = [], {}
    st.session_state.update(st.session_state.get(RESETTING, {}))


def leave() -> None:
    """End a run of a page: save values that no link carries, and compare the link with the resulting values."""
    _settle_reset()
    _judge()
    remember(whole=True)
    shown = {key: st.session_state[key] for key, one in compat.drawn().items() if one.settable}
    _kept(st.session_state[PAGE]).shown = shown


def remember(whole: bool = False) -> None:
    """Save the page's link and the values that it does not carry; a fragment with controls calls this, too."""
    kept = _kept(st.session_state[PAGE])
    drawn = compat.drawn()
    free = {key: st.session_state[key] for key, one in drawn.items() if not one.bound and _differs(one, key)}
    if not whole:
        kept.free |= free
        kept.link = compat.link()
        return
    ids = compat.drawn_ids()
    gone = {name for id, name in compat.bound().items() if id not in ids}
    kept.free, kept.link = free, {name: values for name, values in compat.link().items() if name not in gone}


def link_of(path: str) -> Link:
    """Return the link under which the menu opens a page, with its state when it was left."""
    kept = st.session_state.get(PAGES, {}).get(Path(path).stem)
    return {} if kept is None or Path(path).stem == compat.page_file() else kept.link


def rename(names: Mapping[str, str]) -> None:
    """Request the values of an older link under today's names of the controls."""
    opened = st.session_state[OPENED]
    for old in names.keys() & opened.keys():
        opened.setdefault(names[old], opened.pop(old))


def ask(name: str, value: str) -> None:
    """Request another value in the page's link; call before any control is drawn."""
    compat.set_link(compat.link() | {name: [value]})
    st.session_state[OPENED][name] = [value]


def page() -> str:
    """Return the name of the page's file without its ending; "app" for Home."""
    return compat.page_file()


def has_controls() -> bool:
    """Return whether the page has controls of its own to reset: all but Home."""
    return bool(links.NAMES[compat.page_file()])


def notes() -> list[str]:
    """Return sentences on values that the page's link asks for but does not get."""
    return st.session_state.get(NOTES, [])


def passing() -> Values:
    """Return what this page has to say until the user changes a control or leaves the page."""
    return st.session_state.setdefault(PASSING, {})


def reset() -> None:
    """Reset all controls of the page to their defaults; call in a callback, before they are drawn."""
    put_back = set()
    for key, id in compat.ids().items():
        one, shown = compat.control(id), compat.in_browser(id)
        if one and one.settable and key in st.session_state:
            del st.session_state[key]
            if shown:  # the browser has to be told, or it would send back the old values
                st.session_state[key] = one.default()
                put_back.add(key)
    for key in st.session_state.pop(RETURNED, set()):
        if key in st.session_state and key not in compat.ids():
            del st.session_state[key]
    st.session_state[RETURNED] = put_back  # some of these controls may not be drawn with other defaults
    st.session_state[PAGES].pop(st.session_state[PAGE], None)
    st.session_state[RESETTING] = {}
    st.session_state["resets"] = resets() + 1
    compat.set_link({})
    _open({})


def visit() -> int:
    """Return a number that changes whenever a page is opened."""
    return st.session_state.get(VISIT, 0)


def resets() -> int:
    """Return how often this session has pressed Reset; used in the key of a widget whose value cannot be set."""
    return st.session_state.get("resets", 0)


def _settle_reset() -> None:
    """Redraw with the defaults that have changed because others were reset."""
    if RESETTING not in st.session_state:
        return
    rounds = st.session_state["resets_rounds"] = st.session_state.get("resets_rounds", 0) + 1
    late = {key: one.default() for key, one in compat.drawn().items() if _differs(one, key)}
    if late and rounds < ROUNDS:
        st.session_state[RESETTING] = late
        st.session_state[RETURNED] |= late.keys()
        st.rerun()
    del st.session_state[RESETTING], st.session_state["resets_rounds"]


def _kept(page: str) -> Kept:
    return st.session_state.setdefault(PAGES, {}).setdefault(page, Kept())


def _put_away(left: str, sent: Link) -> set[str]:
    """Move the values of the old page's controls aside; return the names that the browser sends along.

    A browser sends the old page's link parameters, and learns of a control that has just been moved before the run
    that draws it has ended.
    """
    values: Values = {}
    along = {name for name, asked in sent.items() if _kept(left).link.get(name) == asked}
    known = compat.ids()
    for key in known | dict.fromkeys(st.session_state.pop(RETURNED, set())):
        if key not in st.session_state:
            continue
        one = compat.control(known[key]) if key in known else None
        if one is None or _differs(one, key):
            values[key] = st.session_state[key]
        if one and one.settable and key in sent and links.says(one, sent[key], st.session_state[key]):
            along.add(key)
        del st.session_state[key]
    compat.drop_controls(known.values())
    _kept(left).values = values
    _kept(left).link |= {name: sent[name] for name in along}
    return along


def _take_up(page: str, sent: Link, along: set[str]) -> Link:
    """Restore the link of a page, and its values unless parameters sent beside `along` override them."""
    kept = _kept(page)
    if compat.by_history():
        link = sent
    else:
        asked = {name: values for name, values in sent.items() if name not in along}
        if any(kept.link.get(name) != values for name, values in asked.items()):
            kept.values, kept.free, link = {}, {}, asked
        else:
            link = kept.link
    link |= {name: values for name, values in sent.items() if compat.embeds(name)}
    compat.set_link(link)
    if link:  # Streamlit has also cleared the names shared with the old page
        compat.send_link()
    # For an entry of the browser's history only the address counts, even if this run ends before it draws a control.
    stale = kept.link.keys() if compat.by_history() else ()
    returned = {key: value for key, value in (kept.values | kept.free).items() if key not in link and key not in stale}
    st.session_state.update(returned)
    st.session_state[RETURNED] = set(returned)
    return link


def _rename(page: str) -> Link:
    """Return the page's link with today's names for those of older links."""
    link = links.renamed(page, compat.link())
    if link != compat.link():
        compat.set_link(link)
    return link


def _open(link: Link) -> None:
    st.session_state[OPENED], st.session_state[VISIT] = dict(link), visit() + 1
    st.session_state[NOTES], st.session_state[PASSING] = [], {}


def _judge() -> None:
    """Report values that the link asks for but does not get: each name once, when its control is first drawn."""
    opened, told = st.session_state[OPENED], st.session_state[NOTES]
    drawn = {key: one for key, one in compat.drawn().items() if one.bound}
    for name in [name for name in opened if name in drawn]:
        if sentence := links.replaced(drawn[name], opened.pop(name), st.session_state[name]):
            told.append(sentence)
    own, link = links.NAMES[compat.page_file()] | set(drawn), compat.link()
    foreign = [name for name in link if name not in own and not compat.embeds(name)]
    if foreign:
        told.append(links.unknown(foreign))
    # A browser leaves a value in the link whose control has lost it, or has it as its default, because others changed.
    idle = {name for name in link | compat.sent_link() if name in drawn and not _differs(drawn[name], name)}
    if idle or foreign:
        kept = {name: values for name, values in link.items() if name not in idle.union(foreign)}
        compat.set_link(kept, keep_bound=True)


def _differs(one: Control, key: str) -> bool:
    """Return whether a control has a value other than its default, and one that may be set."""
    return one.settable and st.session_state[key] != one.default()
