"""Look inside an image network: feature maps, filters, maximally activating images, Grad-CAM and occlusion."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.files.writing import defused_cells
from core.labs.images import charts
from core.labs.images.compare import Comparison
from core.labs.images.view.views import pick
from core.runs.store import Run
from core.ui import background, cached, tables
from core.ui.form import URL
from core.ui.literal import literal

SORTS = {"activity": "activity", "edges": "follows edges", "object": "follows the object"}
MOST_MEGABYTES = 20


def inside(found: Comparison) -> None:
    """Draw a slider through depth, the feature maps of the layer, and the regions that the network uses."""
    left, middle, right = st.columns([1, 1, 1.2], vertical_alignment="bottom")
    with left:
        run = pick(found, "inside_network")
    wanted, truth = _picture(run, middle, right)
    depth = _depth(run)
    run, wanted, truth, seen = background.latest(
        "images_inside",
        (run, wanted, truth),
        "core.labs.images.network.inside:look",
        run.key,
        cached.store().url,
        wanted,
        depth,
    )
    _said(seen, truth)
    _channels(run, seen)
    _occlusion(run, wanted, seen)


def _picture(run: Run, middle, right) -> tuple[dict[str, Any], str]:
    """Return the chosen image, and its true class if it is known."""
    arrays, classes = cached.arrays(run), run.facts["classes"]
    given = right.file_uploader("Or a picture of your own", ["jpg", "jpeg", "png", "webp"], key="own_picture",
                                max_upload_size=MOST_MEGABYTES)  # fmt: skip
    if given:
        return {"content": given.getvalue(), "name": given.name}, ""
    count = len(arrays["test_truth"])
    place = middle.slider("Test picture", 1, count, 1, key="picture", **URL) - 1
    return {"row": int(arrays["test_rows"][place])}, classes[arrays["test_truth"][place]]


def _depth(run: Run) -> int:
    """Choose a convolution; a slider needs at least two."""
    names = background.call("core.labs.images.network.inside:layer_names", run.key, cached.store().url)
    if len(names) < 2:
        return 0
    options = list(range(len(names)))
    return st.select_slider(
        "Depth", options, 0, format_func=lambda n: f"{n + 1}: {names[n]}" if n < len(names) else "", key="depth", **URL
    )


def _said(seen: dict[str, Any], truth: str) -> None:
    name, (height, width, channels) = seen["layers"][seen["layer"]]
    first, second, third = st.columns([1, 1, 1.4], gap="medium")
    said = seen["classes"][int(seen["shares"].argmax())]
    first.plotly_chart(
        cached.chart(
            charts.wall, seen["picture"][None], [f"it is {truth}" if truth else "your picture"], 1, height=230
        ),
        key="look-picture", alt="The picture that is looked at.",
    )  # fmt: skip
    second.plotly_chart(
        cached.chart(charts.overlay, seen["picture"], seen["cam"], f"speaks for {said}"), key="look-cam",
        alt=f"Grad-CAM of the layer: the places that speak for {said}.",
    )  # fmt: skip
    with third:
        st.plotly_chart(
            cached.chart(charts.shares, seen["shares"], seen["classes"], truth),
            key="look-shares",
            alt="Share of each class.",
        )
        st.caption(
            f"Grad-CAM at **{name}**, {height} × {width} with {channels} channels: the channels weighted by how much "
            f"the score of {said} would gain from them. Deep layers see things, shallow ones lines."
        )


def _channels(run: Run, seen: dict[str, Any]) -> None:
    name = seen["layers"][seen["layer"]][0]
    st.subheader(f"Channels of {name}", anchor=False)
    by = st.segmented_control("Sort by", list(SORTS), default="activity", required=True, key="sort",
                              format_func=SORTS.get, **URL)  # fmt: skip
    order = np.argsort(-seen[by], kind="stable")
    numbers = seen["channels"][order]
    st.plotly_chart(
        cached.chart(charts.maps, seen["maps"][..., order], numbers.tolist()), key="maps",
        alt=f"What each channel of {name} makes of the picture, sorted by {SORTS[by]}.",
    )  # fmt: skip
    dead = int((seen["activity"] == 0).sum())
    st.caption(
        f"{len(numbers)} of {seen['total']} channels, each on its own scale, {SORTS[by]} first. "
        + (f"{dead} are silent for this picture. " if dead else "")
        + "“Follows edges” is the correlation with the change of brightness, “follows the object” with Grad-CAM of "
        "the last layer: the channels at its end speak of the background."
    )
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        st.plotly_chart(
            cached.chart(charts.ranking, seen[by][order], numbers.tolist(), SORTS[by]), key="ranking",
            alt=f"{SORTS[by]} of each channel.",
        )  # fmt: skip
    with right:
        _filters(run)
    _exciting(run, seen["layer"], numbers[:4].tolist())


def _filters(run: Run) -> None:
    kernels = background.call("core.labs.images.network.inside:filters", run.key, cached.store().url)
    reach = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True)
    tiles = np.round(127.5 + 127.5 * kernels / np.maximum(reach, 1e-9)).astype(np.uint8)
    st.plotly_chart(
        cached.chart(charts.wall, tiles[:32], [str(n) for n in range(len(tiles[:32]))], 8, height=64), key="filters",
        alt="Filters of the first layer in colour.",
    )  # fmt: skip
    st.caption("Filters of the first layer: grey is zero, a bright colour asks for it, its opposite refuses it.")


def _exciting(run: Run, layer: int, channels: list[int]) -> None:
    st.subheader("What excites a channel most", anchor=False)
    channels, found = background.latest(
        "images_exciting",
        (channels,),
        "core.labs.images.network.inside:exciting",
        run.key,
        cached.store().url,
        layer,
        channels,
    )
    many = found["pictures"].shape[1]
    titles = [
        f"{channel}: {height:.2g}" for channel, row in zip(channels, found["height"], strict=True) for height in row
    ]
    flat = found["pictures"].reshape(-1, *found["pictures"].shape[2:])
    st.plotly_chart(
        cached.chart(charts.wall, flat, titles, many), key="exciting",
        alt="For each of the first four channels the test pictures that excite it most.",
    )  # fmt: skip
    st.caption("One row a channel, the first four in the order above; its highest value in each test picture.")


def _occlusion(run: Run, wanted: dict[str, Any], seen: dict[str, Any]) -> None:
    st.subheader("Occlusion test", anchor=False)
    left, right = st.columns([1, 1.6], gap="medium", vertical_alignment="center")
    share = right.slider("Grey square, share of the side", 0.1, 0.6, 0.25, 0.05, key="square", **URL)
    seen, covered = background.latest(
        "images_occlusion",
        (seen,),
        "core.labs.images.network.inside:occlusion",
        run.key,
        cached.store().url,
        wanted,
        share,
    )
    said, drop = seen["classes"][covered["said"]], covered["drop"]
    top = max(float(drop.max()), 1e-9)
    left.plotly_chart(
        cached.chart(charts.overlay, seen["picture"], np.maximum(drop, 0) / top, f"needed for {said}"), key="occlusion",
        alt=f"Places without which the share of {said} falls.",
    )  # fmt: skip
    right.markdown(
        f"A grey square of {covered['size']} pixels covers one place after another. Uncovered, {said} has "
        f"{covered['share']:.0%}; at its most telling place the square takes **{max(float(drop.max()), 0):.0%}** of "
        "it. " + ("No single place decides." if drop.max() < 0.1 else "The bright places are the ones that it needs.")
    )


def pictures(found: Comparison) -> None:
    """Draw the data set: classes, counts, one image of each, near-duplicates."""
    data, side = found.first.data, found.first.side
    about = background.call("core.labs.images.network.inside:summary", data, side, timeout=300)
    st.plotly_chart(
        cached.chart(charts.wall, about["pictures"], list(about["classes"]), 10),
        key="classes",
        alt="One picture of each class.",
    )
    tables.dataframe(
        defused_cells(pd.DataFrame({"class": about["classes"], "pictures": about["counts"]})),
        hide_index=True,
        alt="Pictures of each class.",
    )
    for note in about["notes"]:
        st.caption(literal(note))
    twins = f"{about['pairs']} pairs of near twins were found" if about["searched"] else "No near twins are looked for"
    st.caption(
        f"{twins}: pictures whose 12 × 12 grey grids correlate by 0.98 or more. The split goes by the digests of the "
        "files, class by class; it is the same on every machine and for every seed."
    )
