"""Inspect a stored network: the activations of every channel on one image, and the regions that support a class.

Runs in workers. A network is built once and cached, so that another layer or image takes a fraction of a second.
"""

from functools import lru_cache
from typing import Any, TypedDict, final

import keras
import numpy as np
import tensorflow as tf

from core.files.archives import twins
from core.labs.images import models
from core.labs.images.data import folders, sources
from core.labs.images.spec import Spec
from core.learn import classification, training
from core.runs import spec as specs
from core.runs.store import Store

MOST_CHANNELS = 96  # drawn per layer
MOST_EXCITING = 400  # test images that are searched
EACH = 6  # images per channel
GRID = 14  # positions of the occlusion test along a side
GREY = 127


@final
class Row(TypedDict):
    """An image of the data."""

    row: int


@final
class File(TypedDict):
    """An image of the user's own."""

    content: bytes
    name: str


Wanted = Row | File


class Channels(TypedDict):
    """The most active channels of a layer, at most 96, the most active first."""

    maps: np.ndarray  # (height, width, channels) float16
    channels: np.ndarray  # their numbers in the layer
    total: int  # channels of the layer
    activity: np.ndarray  # mean activation; like the next two one number per channel
    edges: np.ndarray  # correlation with the edges of the image
    object: np.ndarray  # correlation with Grad-CAM of the last layer


class Seen(Channels):
    """One image in a network."""

    picture: np.ndarray  # (side, side, 3)
    shares: np.ndarray  # probability of each class
    classes: tuple[str, ...]
    layers: list[tuple[str, tuple[int, ...]]]  # names and shapes by depth
    layer: int  # of the channels
    cam: np.ndarray  # Grad-CAM of that layer, (height, width) in 0..1


class Exciting(TypedDict):
    """The test images that activate each channel most."""

    pictures: np.ndarray  # (channels, 6, side, side, 3)
    rows: np.ndarray  # of the data, (channels, 6)
    height: np.ndarray  # activations, (channels, 6)


class Covered(TypedDict):
    """The loss in probability under a grey square at each of 14 x 14 positions."""

    drop: np.ndarray  # of the predicted class, (14, 14)
    said: int  # the predicted class
    share: float  # its probability in the whole image
    size: int  # side of the square in pixels


class Summary(TypedDict):
    """A data set, with an image of each class."""

    classes: tuple[str, ...]
    counts: list[int]
    pictures: np.ndarray
    notes: tuple[str, ...]
    pairs: int  # of near-duplicates
    searched: bool  # whether these were looked for


@lru_cache(maxsize=4)
def _network(key: str, store: str) -> tuple[Spec, tuple[str, ...], keras.Model, keras.Model]:
    """Return spec, classes, the network, and a model that also outputs every convolution before the logits."""
    place = Store(store)
    run = place.get("images", key)
    chosen, classes = specs.from_dict(Spec, run.spec), tuple(run.facts["classes"])
    model = models.load(chosen, len(classes), place.weights(run))
    outputs = [model.get_layer(name).output for name in models.convolutions(model)]
    return chosen, classes, model, keras.Model(model.input, [*outputs, model.output])


def layer_names(key: str, store: str) -> list[str]:
    """Return the names of the layers that can be inspected, by depth."""
    return models.convolutions(_network(key, store)[2])


def picture(chosen: Spec, wanted: Wanted) -> np.ndarray:
    """Return the image to inspect."""
    if "content" in wanted:
        return folders.decoded(wanted["content"], wanted["name"], chosen.side)
    return sources.load(chosen).pixels[wanted["row"]]


def look(key: str, store: str, wanted: Wanted, layer: int, target: int = -1) -> Seen:
    """Inspect one image in a stored network; called by the engine.

    Args:
        layer: index of the convolution whose channels are returned.
        target: class that Grad-CAM explains; -1 is the predicted class.
    """
    chosen, classes, model, seen = _network(key, store)
    pixels = picture(chosen, wanted)
    names = models.convolutions(model)
    layer = min(layer, len(names) - 1)
    with tf.GradientTape() as tape:
        *outputs, logits = seen(tf.constant(pixels[None]), training=False)
        said = int(tf.argmax(logits[0]))
        score = logits[0, said if target < 0 else min(target, len(classes) - 1)]
    gradients: Any = tape.gradient(score, [outputs[layer], outputs[-1]])
    first, last = gradients
    maps, cam = outputs[layer][0].numpy(), grad_cam(outputs[layer][0].numpy(), first[0].numpy())
    thing = grad_cam(outputs[-1][0].numpy(), last[0].numpy())
    return {
        **_chosen(maps, pixels, thing),
        "picture": pixels,
        "shares": classification.softmax(logits[0].numpy()),
        "classes": classes,
        "layers": [(name, tuple(output.shape[1:])) for name, output in zip(names, outputs, strict=True)],
        "layer": layer,
        "cam": cam,
    }


def grad_cam(maps: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Weight the channels by the mean gradient of the class score, keep positive evidence, scale to 0..1.

    `maps` and `gradient` are `(height, width, channels)`. Selvaraju et al., "Grad-CAM", 2017.
    """
    cam = np.maximum((maps * gradient.mean(axis=(0, 1))).sum(axis=-1), 0)
    return cam / max(float(cam.max()), 1e-12)


def _chosen(maps: np.ndarray, pixels: np.ndarray, thing: np.ndarray) -> Channels:
    """Return each channel's activity and correlations with edges and the object, and maps of the most active ones."""
    activity = np.abs(maps).mean(axis=(0, 1))
    order = np.argsort(-activity, kind="stable")[:MOST_CHANNELS]
    kept = maps[..., order]
    height, width = maps.shape[:2]
    return {
        "maps": kept.astype(np.float16),
        "channels": order,
        "total": maps.shape[-1],
        "activity": activity[order],
        "edges": likeness(kept, resized(edges(pixels), height, width)),
        "object": likeness(kept, resized(thing, height, width)),
    }


def edges(pixels: np.ndarray) -> np.ndarray:
    """Return the magnitude of the brightness gradient at each pixel, `(side, side)`."""
    down, right = np.gradient(pixels.mean(axis=2))
    return np.hypot(down, right)


def resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize a map `(h, w)`, by area averaging or linear interpolation."""
    method = "area" if values.shape[0] >= height else "bilinear"
    return tf.image.resize(values[..., None].astype(np.float32), (height, width), method)[..., 0].numpy()


def likeness(maps: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlate each channel of `(height, width, channels)` with a map `(height, width)`; 0 if one is constant."""
    own, one = maps - maps.mean(axis=(0, 1)), other - other.mean()
    size = np.sqrt((own**2).sum(axis=(0, 1)) * (one**2).sum())
    return np.where(size > 1e-9, (own * one[..., None]).sum(axis=(0, 1)) / np.maximum(size, 1e-9), 0.0)


def filters(key: str, store: str) -> np.ndarray:
    """Return the kernels of the first convolution, `(filters, height, width, 3)`."""
    _, _, model, _ = _network(key, store)
    first = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    return np.moveaxis(first.get_weights()[0], -1, 0)


def exciting(key: str, store: str, layer: int, channels: list[int]) -> Exciting:
    """Find the test images that activate each of some channels most, by the maximum over positions."""
    chosen, _, model, _ = _network(key, store)
    pictures = sources.load(chosen)
    rows = sources.parts(chosen).test[:MOST_EXCITING]
    wanted = keras.Model(
        model.input, keras.layers.GlobalMaxPooling2D()(model.get_layer(models.convolutions(model)[layer]).output)
    )
    peaks = training.predict(wanted, pictures.pixels[rows])[:, channels]
    best = np.argsort(-peaks, axis=0, kind="stable")[:EACH].T
    return {
        "pictures": pictures.pixels[rows[best]],
        "rows": rows[best],
        "height": np.take_along_axis(peaks.T, best, axis=1),
    }


def occlusion(key: str, store: str, wanted: Wanted, share: float = 0.25) -> Covered:
    """Cover the image with a grey square at 14 x 14 positions; return the loss in probability of the predicted class.

    Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013.
    """
    chosen, _, model, _ = _network(key, store)
    pixels = picture(chosen, wanted)
    covered = occluded(pixels, share)
    shares = classification.softmax(training.predict(model, np.concatenate([pixels[None], covered])))
    said = int(shares[0].argmax())
    return {
        "drop": (shares[0, said] - shares[1:, said]).reshape(GRID, GRID),
        "said": said,
        "share": float(shares[0, said]),
        "size": patch(chosen.side, share),
    }


def patch(side: int, share: float) -> int:
    """Return the side of the grey square in pixels."""
    return max(2, round(side * share))


def occluded(pixels: np.ndarray, share: float) -> np.ndarray:
    """Return copies of an image, each with a grey square at one of 14 x 14 positions, row by row."""
    side, size = len(pixels), patch(len(pixels), share)
    starts = np.round(np.linspace(0, side - size, GRID)).astype(int)
    out = np.repeat(pixels[None], GRID * GRID, axis=0)
    for number, (top, left) in enumerate((t, left) for t in starts for left in starts):
        out[number, top : top + size, left : left + size] = GREY
    return out


def thumbnails(spec: specs.Values, rows: list[int]) -> np.ndarray:
    """Return the images of some rows of the data, `(n, side, side, 3)`."""
    return sources.load(specs.from_dict(Spec, spec)).pixels[rows]


def summary(data: str, side: int) -> Summary:
    """Summarise a data set, with a few images of each class; checks it by decoding."""
    pictures = sources.load(Spec(data=data, side=side))
    split = sources.parts(Spec(data=data, side=side))
    rows = np.concatenate([split.train[pictures.labels[split.train] == n][:1] for n in range(len(pictures.classes))])
    return {
        "classes": pictures.classes,
        "counts": np.bincount(pictures.labels).tolist(),
        "pictures": pictures.pixels[rows],
        "notes": pictures.notes,
        "pairs": len(split.pairs),
        "searched": pictures.photographs and len(pictures.labels) <= twins.MOST,
    }
