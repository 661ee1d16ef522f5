"""Look inside an image network: feature maps, filters, maximally activating images, Grad-CAM and occlusion."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from core.files.writing import defused_cells
from core.labs.images import charts, messages
from core.labs.images.data import sources
from core.labs.images.view.views import pick
from core.learn import classification
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, form, sketch, tables
from core.ui.form import URL
from core.ui.literal import literal

if TYPE_CHECKING:  # TensorFlow is not for the web server
    from core.labs.images.inside import Seen, Wanted

MOST_MEGABYTES = 20
PAPER, PEN = np.array([0.1, 0.2, 0.35]), np.array([0.95, 0.8, 0.6])  # of a drawn digit, as bright as the data set's


def inside(found: Comparison) -> None:
    """Draw a slider through depth, the feature maps of the layer, and the regions that the network uses."""
    left, middle, right, last = st.columns([1.1, 1, 1.2, 1], vertical_alignment="bottom")
    with left:
        run = pick(found, "inside_network")
    with last:
        depth = _depth(run)
    looked, own = st.container(), st.container()  # the result first
    wanted, truth = _picture(run, middle, right, own)
    shown, stored = (run, wanted, truth), (run.key, cached.store().url)
    run, wanted, truth, seen = background.latest(
        "images_inside", shown, "core.labs.images.inside:look", *stored, wanted, depth
    )
    with looked:
        _said(seen, truth)
    _channels(run, seen)
    _occlusion(run, wanted, seen)


def _picture(run: Run, middle, right, own) -> tuple[Wanted, str]:
    """Return the chosen image, and its true class if it is known."""
    arrays, classes = cached.arrays(run), run.facts["classes"]
    left, drawing = own.columns(2, vertical_alignment="bottom")
    given = left.file_uploader(
        messages.own_image, ["jpg", "jpeg", "png", "webp"], key="own_picture", max_upload_size=MOST_MEGABYTES
    )
    if given:
        return {"content": given.getvalue(), "name": given.name}, ""
    if run.spec["data"] == "digits":
        with drawing.expander(messages.draw_a_digit):
            grey = sketch.digit("sketch")
        if grey is not None:
            return {"content": _coloured(grey, run.spec["side"]), "name": "drawing.png"}, ""
    places = _subset(arrays, classes, middle)
    number = 1
    if len(places) > 1:
        st.session_state["picture"] = min(st.session_state.get("picture", 1), len(places))
        number = right.slider(messages.test_image, 1, len(places), key="picture", **URL)
    place = places[number - 1]
    return {"row": int(arrays["test_rows"][place])}, classes[arrays["test_truth"][place]]


def _coloured(grey: np.ndarray, side: int) -> bytes:
    """Return a drawn digit as a PNG in the form of the data set: a light pen on dark paper, with its margin."""
    ink = sources.enlarged(grey[None], side)[0][..., None]
    image = Image.fromarray(np.rint(255 * (PAPER * (1 - ink) + PEN * ink)).astype(np.uint8))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _subset(arrays: dict[str, np.ndarray], classes: list[str], where) -> np.ndarray:
    """Choose all test images, the misclassified ones, or those of one class; return their places."""
    truth, every = arrays["test_truth"], np.arange(len(arrays["test_truth"]))
    subsets = {"all": every, "misclassified": classification.mistakes(truth, arrays["test_shares"])}
    subsets |= {f"class {name}": np.flatnonzero(truth == number) for number, name in enumerate(classes)}
    names = [name for name, places in subsets.items() if len(places)]
    return subsets[where.selectbox(messages.test_images, names, key="subset", help=messages.test_images_help, **URL)]


def _depth(run: Run) -> int:
    """Choose a convolution; a slider needs at least two."""
    names = background.call("core.labs.images.inside:layer_names", run.key, cached.store().url)
    if len(names) < 2:
        return 0
    options = list(range(len(names)))
    named = lambda n: f"{n + 1}: {names[n]}" if n < len(names) else ""  # noqa: E731
    return st.select_slider(messages.layer, options, 0, format_func=named, key="depth", **URL)


def _said(seen: Seen, truth: str) -> None:
    name, (height, width, channels) = seen["layers"][seen["layer"]]
    first, second, third = st.columns([1, 1, 1.4], gap="medium")
    said = seen["classes"][int(seen["shares"].argmax())]
    title = messages.true_class.format(name=truth) if truth else messages.your_image
    chart = cached.chart(charts.wall, seen["picture"][None], [title], 1, height=230)
    first.plotly_chart(chart, key="look-picture", alt=messages.input_alt)
    title = messages.grad_cam_for.format(name=said)
    chart = cached.chart(charts.overlay, seen["picture"], seen["cam"], title, messages.relative_grad_cam)
    second.plotly_chart(chart, key="look-cam", alt=messages.grad_cam_alt.format(name=said))
    with third:
        shares = seen["shares"], seen["classes"], truth
        cached.plot("look-shares", messages.probabilities_alt, charts.shares, *shares)
    st.caption(messages.grad_cam_help.format(name=name, height=height, width=width, channels=channels, said=said))


def _channels(run: Run, seen: Seen) -> None:
    name = seen["layers"][seen["layer"]][0]
    st.subheader(messages.feature_maps.format(name=name), anchor=False)
    sorts = messages.group("sorts")
    by = form.segments(messages.sort_by, sorts, key="sort")
    order = np.argsort(-seen[by], kind="stable")
    numbers = seen["channels"][order]
    alt = messages.feature_maps_alt.format(name=name, by=sorts[by])
    cached.plot("maps", alt, charts.maps, seen["maps"][..., order], numbers.tolist())
    dead = int((seen["activity"] == 0).sum())
    st.caption(
        messages.channels_shown.format(shown=len(numbers), total=seen["total"], by=sorts[by])
        + (messages.plural("dead_channels", dead).format(dead=dead) if dead else "")
        + messages.feature_maps_help
    )
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        alt = messages.ranking_alt.format(by=sorts[by])
        cached.plot("ranking", alt, charts.ranking, seen[by][order], numbers.tolist(), sorts[by])
    with right:
        _filters(run)
    _exciting(run, seen["layer"], numbers[:4].tolist())


def _filters(run: Run) -> None:
    kernels = background.call("core.labs.images.inside:filters", run.key, cached.store().url)
    reach = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True)
    tiles = np.round(127.5 + 127.5 * kernels / np.maximum(reach, 1e-9)).astype(np.uint8)
    shown = tiles[:32], [str(n) for n in range(len(tiles[:32]))]
    cached.plot("filters", messages.filters_alt, charts.wall, *shown, 8, height=64)
    st.caption(messages.filters_help)


def _exciting(run: Run, layer: int, channels: list[int]) -> None:
    st.subheader(messages.exciting_images, anchor=False)
    stored = run.key, cached.store().url
    channels, found = background.latest(
        "images_exciting", (channels,), "core.labs.images.inside:exciting", *stored, layer, channels
    )
    heights = zip(channels, found["height"], strict=True)
    titles = [f"{channel}: {height:#.2g}".rstrip(".") for channel, row in heights for height in row]
    flat = found["pictures"].reshape(-1, *found["pictures"].shape[2:])
    cached.plot("exciting", messages.exciting_images_alt, charts.wall, flat, titles, found["pictures"].shape[1])
    st.caption(messages.exciting_images_help)


def _occlusion(run: Run, wanted: Wanted, seen: Seen) -> None:
    st.subheader(messages.occlusion, anchor=False)
    left, right = st.columns([1, 1.6], gap="medium", vertical_alignment="center")
    share = right.slider(messages.grey_square, 0.1, 0.6, 0.25, 0.05, key="square", **URL)
    stored = run.key, cached.store().url
    seen, covered = background.latest(
        "images_occlusion", (seen,), "core.labs.images.inside:occlusion", *stored, wanted, share
    )
    said, drop = seen["classes"][covered["said"]], covered["drop"]
    top = max(float(drop.max()), 1e-9)
    left.plotly_chart(
        cached.chart(
            charts.overlay,
            seen["picture"],
            np.maximum(drop, 0) / top,
            messages.occlusion_for.format(name=said),
            messages.relative_drop,
        ),
        key="occlusion",
        alt=messages.occlusion_alt.format(name=said),
    )
    right.markdown(
        messages.occlusion_help.format(
            size=covered["size"], name=said, probability=covered["share"], points=100 * max(float(drop.max()), 0)
        )
        + (messages.no_place_decides if drop.max() < 0.1 else messages.places_decide)
    )


def pictures(found: Comparison) -> None:
    """Draw the data set: classes, counts, one image of each, near-duplicates."""
    data, side = found.first.data, found.first.side
    about = background.call("core.labs.images.inside:summary", data, side, timeout=300)
    cached.plot("classes", messages.classes_alt, charts.wall, about["pictures"], list(about["classes"]), 10)
    tables.dataframe(
        defused_cells(pd.DataFrame({"class": about["classes"], "images": about["counts"]})),
        alt=messages.class_counts_alt,
    )
    for note in about["notes"]:
        st.caption(literal(note))
    twins = messages.no_twin_search
    if about["searched"]:
        twins = messages.twins_found.format(pairs=about["pairs"])
    st.caption(messages.split_help.format(duplicates=twins))
