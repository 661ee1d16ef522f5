"""Draw the result: metrics beside the baselines, curves, decisions and errors, and a digit that the user draws."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from core.errors import TamrinError
from core.labs import messages as labs_messages
from core.labs.from_scratch import charts, drawing, experiment, messages, words
from core.labs.from_scratch.baseline import NAMES, names
from core.labs.from_scratch.spec import FACE_TASKS, Spec
from core.labs.from_scratch.view.inputs import Wanted
from core.labs.from_scratch.view.shown import Shown
from core.learn import contest
from core.learn.contest import Row
from core.learn.rivals import Baselines, by_name
from core.plot import charts as plot, palette
from core.plot.rivals import bars
from core.runs import runs, spec as specs
from core.ui import background, cached, jobs, lab_page, sketch, tables
from core.ui.components import component
from core.ui.frame import chrome, paint
from core.ui.literal import literal, warning
from core.ui.uploads import own_files

NETWORK = "this network"
MOST_IN_PASSING = 2_000_000  # bytes of a table for which baselines are fitted before a training


def nothing_yet(wanted: Wanted) -> None:
    """Tell the user how to get a result; for faces, why there is none for a single image."""
    if wanted.spec.task in FACE_TASKS:
        st.info(messages.no_single_face, icon=":material/diversity_3:")
    if not wanted.needs_file:
        jobs.nothing_yet(messages.not_trained)
        diagram(drawing.initial(wanted.spec), wanted.spec, messages.before_training)
        if st.session_state["view"] == lab_page.RESULT and (found := baselines(wanted)):
            alone = Shown(wanted.spec, found.metrics, {}, {"unit": "", "rivals": found.rivals}, {}, 0, 0.0, "")
            _comparison(alone)
            _table(alone)
    elif wanted.spec.task == "csv":
        st.info(messages.upload_table)
    else:
        st.info(messages.upload_faces)


def baselines(wanted: Wanted) -> Baselines | None:
    """Return the baselines on the data of the controls, fitted by a worker; None while they are computed.

    None too during a training, for faces and for large tables, where they take minutes.
    """
    if wanted.needs_file or wanted.spec.task in FACE_TASKS or jobs.busy():
        return None
    if own_files.size(wanted.content) > MOST_IN_PASSING:
        return None
    asked = specs.to_dict(experiment.split_of(wanted.spec)), wanted.content, dict(wanted.answers)
    try:
        found = background.soon("core.labs.from_scratch.experiment:rivals_of", *asked, timeout=180)
    except TamrinError as problem:  # the controls and what is trained stay
        warning(problem)
        return None
    if found is None:
        st.caption(labs_messages.computing_baselines)
    return found[0] if found else None


def diagram(matrices: Sequence[np.ndarray], chosen: Spec, when: str, classes: Sequence[str] = ()) -> None:
    """Draw the layers of a network as nodes and its weights as lines."""
    if not matrices:
        return
    st.subheader(messages.diagram, anchor=False)
    cached.plot("diagram", messages.diagram_alt, drawing.network, matrices, chosen, classes)
    st.caption(messages.diagram_help.format(when=when, most=drawing.MOST))


def result(wanted: Wanted, shown: Shown) -> None:
    """Draw metrics beside the baselines, curves, and charts of decisions or errors."""
    if shown.spec.task in FACE_TASKS:
        st.info(messages.no_single_face, icon=":material/diversity_3:")
    for note in shown.facts["notes"]:
        st.caption(literal(note))
    cached.plot("curves", messages.curves_alt, charts.curves, shown.history, shown.unit, shown.kept_epoch)
    if not paint.goes_on():
        return
    if shown.stopped and (found := baselines(wanted)):  # after Stop the training has not waited for them
        known = shown.facts | {"rivals": found.rivals}
        shown = replace(shown, metrics=found.metrics | shown.metrics, facts=known)
    left, right = st.columns(2, gap="medium")
    with left:
        _comparison(shown)
    with right:
        _answers(shown)
    _table(shown)
    _pictures(shown)
    if shown.spec.task == "digits" and shown.weights:
        drawn_digit(shown.spec, shown.weights)
    scroll_to_top()


def _rows(shown: Shown) -> list[Row]:
    """Return the network and the baselines: their metrics over seeds, and the largest p-value of each baseline."""
    name, facts = words.measure_of(shown.metrics), shown.facts
    who = {"": NETWORK} | {f"{key}_": told for key, told in names(name).items()}
    counted = {"": facts.get("parameters"), "naive_": 0} | {f"{k}_": v["parameters"] for k, v in by_name(facts).items()}
    return [
        Row(
            told,
            counted.get(prefix),
            [{own: one.get(f"{prefix}{own}") for own in (f"test_{name}", f"train_{name}")} for one, _ in shown.seeds],
            words.p_value(prefix.rstrip("_"), shown.seeds) if shown.tested else None,
        )
        for prefix, told in who.items()
        if all(f"{prefix}test_{name}" in one for one, _ in shown.seeds)
    ]


def _comparison(shown: Shown) -> None:
    name = words.measure_of(shown.metrics)
    st.subheader(messages.comparison, anchor=False)
    asked = _rows(shown), f"test_{name}", charts.measure(name, shown.unit), {NETWORK: palette.model}
    cached.plot("comparison", messages.comparison_alt, bars, *asked)


def _table(shown: Shown) -> None:
    name = words.measure_of(shown.metrics)
    titles = {f"{part}_{name}": f"{part} {'RMSE' if name == 'rmse' else name}" for part in ("test", "train")}
    looks = (
        tables.CONTEST
        | {"model": tables.named(150)}
        | dict.fromkeys(("test RMSE", "train RMSE", "± test RMSE"), "%.2f")
    )
    frame = contest.table("model", _rows(shown), titles)
    tables.dataframe(tables.shortened(frame, "model"), looks, alt=messages.table_alt)
    listed = set(frame["model"])
    on_edges = messages.but_on_hog * any(name.endswith(" on HOG") for name in listed)
    st.caption(
        messages.table_help.format(
            on_edges=on_edges,
            network=messages.mlp_help * (NAMES["sklearn"] in listed),
            tests=_tests(shown) if shown.tested else "",
        ).strip()
    )
    if changed := words.changes(shown.metrics, shown.spec):
        st.caption(labs_messages.works_change.format(changed=changed))


def _tests(shown: Shown) -> str:
    """Explain the p-values and what is a mean over seeds, and say how the best baseline differs from the network."""
    differs = words.differs(shown.seeds, shown.spec)
    if not shown.others:
        return messages.test_on_one_seed.format(differs=differs)
    return messages.test_on_seeds.format(seeds=len(shown.seeds), seed=shown.spec.seed, differs=differs)


def _answers(shown: Shown) -> None:
    arrays = shown.arrays
    if shown.classes:
        st.subheader(messages.confusion, anchor=False)
        chart = cached.chart(plot.confusion, arrays["confusion"], shown.classes, height=420, dark=chrome.is_dark())
        st.plotly_chart(chart, key="confusion", alt=messages.confusion_alt)
        return
    st.subheader(messages.predicted_and_actual, anchor=False)
    cached.plot("errors", messages.errors_alt, charts.errors, arrays["test_truth"], arrays["test_said"], shown.unit)


def _pictures(shown: Shown) -> None:
    arrays, classes = shown.arrays, shown.classes
    if "plane" in arrays:
        st.subheader(messages.decision_regions if classes else messages.plane_predictions, anchor=False)
        cached.plot("plane", messages.plane_alt, charts.plane, arrays, classes, shown.unit)
        st.caption(messages.plane_help)
    if len(arrays.get("mistakes", ())):
        st.subheader(messages.mistakes, anchor=False)
        pairs = zip(arrays["mistakes_truth"], arrays["mistakes_said"], strict=True)
        titles = [f"{classes[truth]} → {classes[said]}" for truth, said in pairs]
        cached.plot("mistakes", messages.mistakes_alt, drawing.tiles, arrays["mistakes"], titles, signed=False)
        st.caption(messages.mistakes_help)


def honest(shown: Shown | None) -> str:
    """Return the sentence below the view: on one seed for the lessons, else on the network shown, if there is one."""
    if not paint.whole():
        return ""
    if st.session_state["view"] == words.LESSONS:
        return messages.one_seed
    return (runs.halted([shown]) or words.honest(shown.seeds, shown.spec)) if shown else ""


DIGITS = [str(number) for number in range(10)]


def drawn_digit(chosen: Spec, weights: bytes) -> None:
    """Draw the field, the image that the network gets, and its probabilities."""
    st.subheader(messages.draw_digit, anchor=False)
    left, middle, right = st.columns([1.1, 0.8, 1.4], gap="medium")
    with left:
        grey = sketch.digit("sketch")
    if grey is None:
        middle.caption(messages.draw_help)
        return
    target = "core.labs.from_scratch.experiment:probabilities"
    found = background.call(target, specs.to_dict(chosen), weights, grey)
    chart = cached.chart(drawing.tiles, grey[None], [messages.network_input], signed=False)
    middle.plotly_chart(chart, key="sketch_input", alt=messages.drawing_alt)
    cached.plot("sketch_said", messages.digit_alt, drawing.probabilities, found, DIGITS, where=right)
    st.caption(messages.digit_help)


ASKED = "scroll_to_top"  # session key


def begin_at_top() -> None:
    """Have the next drawing of the page begin at its top; call in a callback."""
    st.session_state[ASKED] = True


def scroll_to_top() -> None:
    """Scroll to the top if requested; call below all else of a view."""
    if st.session_state.pop(ASKED, False):
        component("top", __file__)(key="scroll-top")
