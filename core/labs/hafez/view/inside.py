"""Look inside a network of poems, and offer its downloads."""

import hashlib
import html
import shlex

import numpy as np
import pandas as pd
import streamlit as st

from core.labs.hafez import charts, experiment, words
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
    st.subheader("Probabilities of the next character", anchor=False)
    at = st.slider("Character", 1, len(text), min(12, len(text)), key="letter", bind="query-params") - 1
    before = text[max(0, at - 40) : at].replace("\n", " ↵ ")
    st.html(
        f'<div class="tamrin-poem tamrin-small" dir="rtl" lang="fa"><p><span>{html.escape(before)}'
        f"<mark>{html.escape(charts.SIGNS.get(text[at], text[at]))}</mark></span></p></div>"
    )
    odds = seen["odds"][at]
    alt = "Probabilities of the most likely next characters; the actual one is highlighted."
    cached.plot("odds", alt, charts.odds, odds, run.facts["alphabet"], text[at])
    chance = float(odds[run.facts["alphabet"].index(text[at])])
    bits = -np.log2(max(chance, 1e-9))
    st.caption(
        f"At temperature 1. The actual character (saffron) has p = {chance:.1%}, a surprisal −log₂ p of {bits:.1f} "
        "bits."
    )


MOST_BITS = 8.0  # bits at which the colour is strongest


def _surprise(lines: list[str], seen: dict[str, np.ndarray], text: str) -> None:
    st.subheader("Surprisal", anchor=False)
    bits = seen["bits"]
    titles = [f"{value:.1f} bits" for value in bits]
    st.html(charts.coloured(lines, (bits / MOST_BITS).tolist(), titles))
    st.caption(
        f"Surprisal −log₂ p, mean {bits.mean():.2f} bits per character; the strongest colour is {MOST_BITS:.0f} bits "
        "or more. Hover over a character for its value."
    )


def _unit(run: Run, lines: list[str], seen: dict[str, np.ndarray], text: str) -> None:
    st.subheader("What do single units encode?", anchor=False)
    if run.spec["corpus"] == "hafez":
        found = background.call("core.labs.hafez.network.worker:units", run.key, cached.store().url, timeout=180.0)
        alt = "Largest correlation of a unit with position, word ends, rhyme and hemistich, and the chance level."
        cached.plot("followers", alt, charts.followers, found)
        st.caption(
            "Correlation of activations with features of the text, over twelve validation ghazals. Chance level: the "
            "largest correlation after the features were shifted by half the text."
        )
        _suggest(found)
    units = seen["states"].shape[1]
    number = int(st.number_input("Unit", 0, units - 1, 0, key="unit", bind="query-params"))
    values = seen["states"][:, number].astype("float64")
    scale = max(float(np.abs(values).max()), 1e-6)
    st.html(charts.coloured(lines, (values / scale).tolist(), [f"{v:+z.2f}" for v in values], diverging=True))
    cached.plot("unit_chart", f"Activation of unit {number} over the poem.", charts.unit, values, text, number)
    st.caption("The activation before each character: saffron positive, lapis negative; dotted lines are line ends.")


def _suggest(found: dict[str, list[tuple[int, float]]]) -> None:
    """Draw buttons that choose the unit which follows a feature most closely."""
    kinds = [kind for kind in found if kind != "by chance"]
    for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        unit, r = found[kind][0]
        told = f"Show the unit with the highest correlation: {kind} (r = {r:+z.2f})"
        column.button(f"Unit {unit}", key=f"unit-{kind}", on_click=_show, args=(unit,), help=told, width="stretch")


def _show(unit: int) -> None:
    st.session_state["unit"] = unit


def take_home(run: Run) -> None:
    """Offer weights, curves and the spec of the network."""
    left, right = st.columns(2)
    digest = hashlib.sha256(run.key.encode()).hexdigest()[:8]
    files.save_weights(left, run)
    files.save_table(
        left, "Learning curve (CSV)", pd.DataFrame(run.history).rename(columns=words.BITS), f"{digest}.csv", "epoch"
    )
    chosen = Spec(**run.spec)
    changed = {name: value for name, value in specs.to_dict(chosen).items() if value != getattr(Spec(), name)}
    settings = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in changed.items())
    right.markdown("The same training on the command line:")
    right.code(f"python -m core train poems {settings}", language="bash", wrap_lines=True)
    source = experiment.script(chosen)
    files.save(left, "Export as Python", source, f"poems_{chosen.cell}.py", "text/x-python")
    if missing := experiment.left_out(chosen):
        st.caption(f"The script leaves these out: {', '.join(missing)}. The command includes them.")
    st.code(source, language="python", height=420)
