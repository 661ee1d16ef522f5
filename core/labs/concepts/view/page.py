"""Draw the frame of the concept labs: three modes, a stepper, arithmetic set in LaTeX, checked exercises."""

import base64
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.labs.concepts import messages
from core.labs.concepts.kit import exercises
from core.labs.concepts.kit.exercises import Exercise, Maker, Verdict
from core.plot import palette
from core.ui import form, lab_page
from core.ui.form import URL
from core.ui.frame import chrome, menu, paint
from core.ui.visit import session

WORKED, PLAY, CHECK = "Worked example", "Experiment", "Exercises"
BELOW = "below-controls"  # key of controls that stand below their result on a phone
ANY = "all topics"
LAST = 9999  # highest number of an exercise


def renamed(names: Mapping[str, str]) -> None:
    """Translate the control names of an older link to today's; call before the controls are drawn.

    Streamlit seeds a control from the link at the start of the run, so the page is redrawn with the new names.
    """
    asked = {new: st.query_params[old] for old, new in names.items() if old in st.query_params}
    if not asked:
        return
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in names}
    st.query_params.from_dict({**asked, **kept})
    session.rename(names)
    st.rerun()


def concept_page(
    title: str,
    lead: str,
    *,
    facts: Callable[[Any], Iterable[str]],
    worked: Callable[[Any], None],
    play: Callable[[Any], None],
    check: Callable[[], None],
    honest: Callable[[Any], str],
    controls: Callable[[], Any] | None = None,
    related: Sequence[str] = (),
    chart_first: bool = False,
) -> None:
    """Draw the page of a concept lab: one of its three modes, and the sentence below it.

    All parts but the exercises take the value of `controls`, None without any. `related` are paths of pages that
    continue from here. With `chart_first` a visit begins with the first chart, before menu and controls.
    """
    with lab_page.frame(title, lead, chart_first=chart_first, controls=controls is not None) as (left, result):
        with left:
            chosen = controls() if controls else None
        with result:
            chrome.stamps(*facts(chosen))
            view = chrome.views(WORKED, PLAY, CHECK)
            if view == CHECK:
                check()
            else:
                {WORKED: worked, PLAY: play}[view](chosen)
            chrome.honest(honest(chosen))
            if related and paint.whole():
                _links(related)


def beside(share: float) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return columns for controls and their result, `share` times as wide; on a phone the result comes first."""
    left, right = st.columns([1, share], gap="large")
    return left.container(key=BELOW), right


def steps(name: str, labels: Sequence[str]) -> int:
    """Draw a stepper over labelled steps (buttons, keys B and N, link parameter `name`); return the index from 0.

    If the number of steps shrinks between two draws, the stepper moves to the last one.
    """
    count = len(labels)
    if count < 2:
        return 0
    if st.session_state.get(name, 1) > count:
        st.session_state[name] = count
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{name}-stepper"):
        back = st.empty()
        # A stepper of another length is a new control, which would read its step from the old link.
        bind = None if st.session_state.pop(f"{name}-restart", None) == session.visit() else URL["bind"]
        place = st.slider(messages.step, 1, count, 1, key=name, label_visibility="collapsed", bind=bind)
        back.button(
            messages.back,
            key=f"{name}-back",
            icon=":material/arrow_back:",
            shortcut="B",
            disabled=place == 1,
            on_click=_move,
            args=(name, -1, count),
        )
        st.button(
            messages.next,
            key=f"{name}-next",
            icon=":material/arrow_forward:",
            shortcut="N",
            disabled=place == count,
            on_click=_move,
            args=(name, 1, count),
            type="primary",
        )
    st.markdown(messages.step_of.format(place=place, count=count, label=labels[place - 1]))
    return place - 1


def restart(name: str) -> None:
    """Reset a stepper to its first step after its content has changed; call in a callback."""
    st.session_state[name] = 1
    st.session_state[f"{name}-restart"] = session.visit()  # the stepper of the next page is not meant


def _move(name: str, by: int, count: int) -> None:
    st.session_state[name] = min(count, max(1, st.session_state.get(name, 1) + by))


def working(latex_lines: Sequence[str], key: str = "working") -> None:
    """Draw lines of arithmetic below one another; `&` aligns them.

    Lines too wide for a phone scroll in their own box.
    """
    with st.container(key=f"latex-{key}"):
        *lines, last = latex_lines
        st.latex(r"\begin{aligned}" + "".join(map(_ended, lines)) + last + r"\end{aligned}")


def _ended(line: str) -> str:
    """End a line of arithmetic; LaTeX counts the gap from the base line, so that fractions and matrices need more."""
    return line + (r"\\[1.1em]" if r"\frac" in line or "matrix}" in line else r"\\[0.5em]")


def drawing(svg: str, alt: str, width: int) -> None:
    """Draw an SVG of our own, about `width` pixels wide; `currentColor` in it becomes the colour of the page's text.

    Streamlit strips inline SVG from HTML, so it is sent as an image; on a phone it scrolls in its own box.
    """
    text = (palette.NIGHT if chrome.is_dark() else palette.PAPER)["text"]
    packed = base64.b64encode(svg.replace("currentColor", text).encode()).decode()
    style = f"width:100%;max-width:{1.3 * width:.0f}px;min-width:{min(width, 660)}px"
    st.html(
        f'<div style="overflow-x:auto"><img style="{style}" alt="{html.escape(alt)}" '
        f'src="data:image/svg+xml;base64,{packed}"></div>'
    )


def exercise_panel(lab: str, makers: Mapping[str, Maker]) -> None:
    """Draw a random exercise of a lab, a form for its answer, the verdict with the solution, and the score.

    Kind and number of the exercise are kept in the URL: the same link is the same exercise for a whole class.
    """
    kind = form.segments(messages.kind_of_exercise, (ANY, *makers), key="kind", wrap=True)
    asked = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about = messages.exercise_help
        number = st.number_input(messages.exercise, 1, LAST, 1, key="exercise", width=150, help=about, **URL)
        st.button(
            messages.next_exercise, key="next-exercise", icon=":material/arrow_forward:", shortcut="N", on_click=_next
        )
    one = exercises.draw(makers, kind, int(number))
    name = f"{lab}-{kind}-{number}"
    with asked:
        st.markdown(one.question)
        if one.latex:
            working(one.latex, "given")
        _count(lab, name, _answer(one, lab, name))
    _score(lab)


def _answer(one: Exercise, lab: str, name: str) -> Verdict | None:
    """Draw the form; after an answer its verdict, and once it is settled the explanation."""
    with st.form(f"form-{name}", border=False):
        if one.choices:
            said = st.radio(messages.your_answer, one.choices, index=None, key=f"answer-{name}") or ""
        else:
            said = st.text_input(
                messages.your_answer,
                key=f"answer-{name}",
                placeholder=one.hint,
                max_chars=exercises.LONGEST,
                autocomplete="off",
            )
        asked = st.form_submit_button(messages.check, type="primary", key=f"check-{name}")
    if not asked and not said:
        return None
    verdict = _verdict(one, lab, name, said)
    TELL[verdict.kind](verdict.sentence)
    if verdict.settled:
        st.markdown(one.explanation)
        if one.working:
            working(one.working, "solution")
    return verdict


def _verdict(one: Exercise, lab: str, name: str, said: str) -> Verdict:
    """Check an answer: the first wrong number of an exercise gets a hint, another one the solution."""
    verdict = exercises.check(one, said, last=False)
    if verdict.kind != "again":
        return verdict
    tried = st.session_state.setdefault(f"tried-{lab}", {}).setdefault(name, [])
    if said not in tried:
        tried.append(said)
    return verdict if len(tried) == 1 else exercises.check(one, said)


TELL = {"right": st.success, "coarse": st.warning, "again": st.warning, "wrong": st.error, "nonsense": st.info}


def _count(lab: str, name: str, verdict: Verdict | None) -> None:
    """Count the first answer to an exercise, right or wrong; later answers do not change the score."""
    if verdict and verdict.counts:
        st.session_state.setdefault(f"score-{lab}", {}).setdefault(name, verdict.kind == "right")


def _next() -> None:
    st.session_state["exercise"] = st.session_state.get("exercise", 1) % LAST + 1


def _score(lab: str) -> None:
    kept = st.session_state.get(f"score-{lab}", {})
    if kept:
        st.caption(messages.score.format(correct=sum(kept.values()), answered=len(kept)))


def _links(paths: Iterable[str]) -> None:
    """Draw links to the labs that continue from here; a page that is not in the menu is left out."""
    entries = {entry.path: entry for entry in menu.pages().values()}
    with st.container(key="neighbours-related", horizontal=True):
        st.caption(messages.related, width="content")
        for path in paths:
            if path in entries:
                chrome.link_to(entries[path])
