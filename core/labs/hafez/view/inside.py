"""Look inside a network of poems, and offer its downloads."""

import hashlib
import html
import shlex

import numpy as np
import pandas as pd
import streamlit as st

from core.labs import messages as labs_messages
from core.labs.hafez import charts, experiment, messages, words
from core.labs.hafez.spec import Request, Spec
from core.labs.hafez.view import poem
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import background, cached
from core.ui.uploads import downloads as files


def inside(run: Run, wanted: Request) -> None:
    """Draw all of it for the poem on the page."""
    lines = poem.written(run, wanted)
    stored = run.key, cached.store().url
    run, lines, seen = background.latest(
        "poem_inside", (run, lines), "core.labs.hafez.network.worker:inside", *stored, lines, timeout=180.0
    )
    text = "".join(line + "\n" for line in lines)
    _letter(run, seen, text)
    _surprise(lines, seen, text)
    _unit(run, lines, seen, text)


def _letter(run: Run, seen: dict[str, np.ndarray], text: str) -> None:
    st.subheader(messages.next_probabilities, anchor=False)
    at = st.slider(messages.character, 1, len(text), min(12, len(text)), key="letter", bind="query-params") - 1
    before = text[max(0, at - 40) : at].replace("\n", " ↵ ")
    st.html(
        f'<div class="tamrin-poem tamrin-small" dir="rtl" lang="fa"><p><span>{html.escape(before)}'
        f"<mark>{html.escape(charts.SIGNS.get(text[at], text[at]))}</mark></span></p></div>"
    )
    odds = seen["odds"][at]
    cached.plot("odds", messages.odds_alt, charts.odds, odds, run.facts["alphabet"], text[at])
    chance = float(odds[run.facts["alphabet"].index(text[at])])
    bits = -np.log2(max(chance, 1e-9))
    st.caption(messages.actual_character.format(chance=chance, bits=bits))


MOST_BITS = 8.0  # bits at which the colour is strongest


def _surprise(lines: list[str], seen: dict[str, np.ndarray], text: str) -> None:
    st.subheader(messages.surprisal, anchor=False)
    bits = seen["bits"]
    titles = [messages.bits_title.format(bits=value) for value in bits]
    st.html(charts.coloured(lines, (bits / MOST_BITS).tolist(), titles))
    st.caption(messages.surprisal_help.format(mean=bits.mean(), most=MOST_BITS))


def _unit(run: Run, lines: list[str], seen: dict[str, np.ndarray], text: str) -> None:
    st.subheader(messages.single_units, anchor=False)
    if run.spec["corpus"] == "hafez":
        found = background.call("core.labs.hafez.network.worker:units", run.key, cached.store().url, timeout=180.0)
        cached.plot("followers", messages.followers_alt, charts.followers, found)
        st.caption(messages.followers_help)
        _suggest(found)
    units = seen["states"].shape[1]
    number = int(st.number_input(messages.unit, 0, units - 1, 0, key="unit", bind="query-params"))
    values = seen["states"][:, number].astype("float64")
    scale = max(float(np.abs(values).max()), 1e-6)
    st.html(charts.coloured(lines, (values / scale).tolist(), [f"{v:+z.2f}" for v in values], diverging=True))
    cached.plot("unit_chart", messages.unit_alt.format(number=number), charts.unit, values, text, number)
    st.caption(messages.unit_help)


def _suggest(found: dict[str, list[tuple[int, float]]]) -> None:
    """Draw buttons that choose the unit which follows a feature most closely."""
    kinds = [kind for kind in found if kind != "by chance"]
    for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        unit, r = found[kind][0]
        told = messages.show_unit.format(feature=messages.group("features")[kind], r=r)
        label = messages.unit_number.format(number=unit)
        column.button(label, key=f"unit-{kind}", on_click=_show, args=(unit,), help=told, width="stretch")


def _show(unit: int) -> None:
    st.session_state["unit"] = unit


def take_home(run: Run) -> None:
    """Offer weights, curves and the spec of the network."""
    left, right = st.columns(2)
    digest = hashlib.sha256(run.key.encode()).hexdigest()[:8]
    files.save_weights(left, run)
    files.save_table(
        left, messages.learning_curve, pd.DataFrame(run.history).rename(columns=words.BITS), f"{digest}.csv", "epoch"
    )
    chosen = Spec(**run.spec)
    changed = {name: value for name, value in specs.to_dict(chosen).items() if value != getattr(Spec(), name)}
    settings = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in changed.items())
    right.markdown(labs_messages.command_line)
    right.code(f"python -m core train poems {settings}", language="bash", wrap_lines=True)
    source = experiment.script(chosen)
    files.save(left, messages.export_python, source, f"poems_{chosen.cell}.py", "text/x-python")
    if missing := experiment.left_out(chosen):
        st.caption(messages.script_lacks.format(missing=", ".join(missing)))
    st.code(source, language="python", height=420)
