"""Look inside a stored network: what every channel makes of one picture, and which part of it speaks for a class.

Runs in workers. A network is built once and kept, so that the next layer or picture of it takes a fraction of a second.
"""

from functools import lru_cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core import spec as specs
from core import training
from core.errors import PicturesError
from core.files import twins
from core.images import folders, measure, models, sources
from core.images.spec import Spec
from core.store import Store

MOST_CHANNELS = 96  # drawn of one layer
MOST_EXCITING = 400  # pictures of the test part that are searched
EACH = 6  # pictures for a channel
GRID = 14  # places of the occlusion test along a side
GREY = 127


@lru_cache(maxsize=4)
def _network(key: str, store: str) -> tuple[Spec, tuple[str, ...], keras.Model, keras.Model]:
    """Spec, classes, the network, and the same with the output of every convolution before its logits."""
    place = Store(store)
    run = place.find("images", key)
    if run is None:
        raise PicturesError("This network is not stored any more; train it again.")
    chosen, classes = specs.from_dict(Spec, run.spec), tuple(run.facts["classes"])
    model = models.load(chosen, len(classes), place.weights(run))
    outputs = [model.get_layer(name).output for name in models.convolutions(model)]
    return chosen, classes, model, keras.Model(model.input, [*outputs, model.output])


def layer_names(key: str, store: str) -> list[str]:
    """Names of the layers that can be looked at, in the order of depth."""
    return models.convolutions(_network(key, store)[2])


def picture(chosen: Spec, wanted: dict[str, Any]) -> np.ndarray:
    """Pixels of what is looked at: `{"row": 3}` of the data, or `{"content": bytes, "name": ...}` from a person."""
    if "content" in wanted:
        return folders.decoded(wanted["content"], wanted["name"], chosen.side)
    return sources.load(chosen).pixels[wanted["row"]]


def look(key: str, store: str, wanted: dict[str, Any], layer: int, target: int = -1) -> dict[str, Any]:
    """One picture through a stored network; the engine's target.

    Args:
        layer: number of the convolution whose channels are wanted.
        target: class that Grad-CAM speaks of; -1 is the one that the network says.

    Returns:
        `picture` `(side, side, 3)`; `shares` a class; `layers` names and shapes by depth; `maps` `(height, width,
        channels)` float16 of the wanted layer, the most active first, at most 96; `channels` their numbers;
        `activity`, `edges`, `object` one number a channel; `cam` `(height, width)` in 0..1 of the wanted layer.
    """
    chosen, classes, model, seen = _network(key, store)
    pixels = picture(chosen, wanted)
    names = models.convolutions(model)
    layer = min(layer, len(names) - 1)
    with tf.GradientTape() as tape:
        *outputs, logits = seen(tf.constant(pixels[None]), training=False)
        said = int(tf.argmax(logits[0]))
        score = logits[0, said if target < 0 else min(target, len(classes) - 1)]
    first, last = tape.gradient(score, [outputs[layer], outputs[-1]])
    maps, cam = outputs[layer][0].numpy(), grad_cam(outputs[layer][0].numpy(), first[0].numpy())
    thing = grad_cam(outputs[-1][0].numpy(), last[0].numpy())
    return _chosen(maps, pixels, thing) | {
        "picture": pixels,
        "shares": measure.softmax(logits[0].numpy()),
        "classes": classes,
        "layers": [(name, tuple(output.shape[1:])) for name, output in zip(names, outputs, strict=True)],
        "layer": layer,
        "cam": cam,
    }


def grad_cam(maps: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Channels weighted by the mean gradient of the class score, what speaks for the class only, scaled to 0..1.

    `(height, width, channels)` each. Selvaraju et al., "Grad-CAM", 2017.
    """
    cam = np.maximum((maps * gradient.mean(axis=(0, 1))).sum(axis=-1), 0)
    return cam / max(float(cam.max()), 1e-12)


def _chosen(maps: np.ndarray, pixels: np.ndarray, thing: np.ndarray) -> dict[str, Any]:
    """Activity of every channel, and whether it follows edges or the object; the maps of the most active ones."""
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
    """How fast the brightness changes at each pixel: length of its gradient, `(side, side)`."""
    down, right = np.gradient(pixels.mean(axis=2))
    return np.hypot(down, right)


def resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """A map `(h, w)` at another size, by area or linear interpolation."""
    method = "area" if values.shape[0] >= height else "bilinear"
    return tf.image.resize(values[..., None].astype(np.float32), (height, width), method)[..., 0].numpy()


def likeness(maps: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlation of each channel of `(height, width, channels)` with a map `(height, width)`; 0 where one is flat."""
    own, one = maps - maps.mean(axis=(0, 1)), other - other.mean()
    size = np.sqrt((own**2).sum(axis=(0, 1)) * (one**2).sum())
    return np.where(size > 1e-9, (own * one[..., None]).sum(axis=(0, 1)) / np.maximum(size, 1e-9), 0.0)


def filters(key: str, store: str) -> np.ndarray:
    """Kernels of the first convolution, `(filters, height, width, 3)`."""
    _, _, model, _ = _network(key, store)
    first = next(layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
    return np.moveaxis(first.kernel.numpy(), -1, 0)


def exciting(key: str, store: str, layer: int, channels: list[int]) -> dict[str, np.ndarray]:
    """For each of some channels the test pictures that excite it most at one place.

    Returns:
        `pictures` `(channels, 6, side, side, 3)`, `rows` of the data and `height` of the excitement `(channels, 6)`.
    """
    chosen, _, model, _ = _network(key, store)
    pictures = sources.load(chosen)
    rows = sources.parts(chosen).test[:MOST_EXCITING]
    wanted = keras.Model(model.input, keras.layers.GlobalMaxPooling2D()(
        model.get_layer(models.convolutions(model)[layer]).output))  # fmt: skip
    peaks = training.predict(wanted, pictures.pixels[rows])[:, channels]
    best = np.argsort(-peaks, axis=0, kind="stable")[:EACH].T
    return {
        "pictures": pictures.pixels[rows[best]],
        "rows": rows[best],
        "height": np.take_along_axis(peaks.T, best, axis=1),
    }


def occlusion(key: str, store: str, wanted: dict[str, Any], share: float = 0.25) -> dict[str, Any]:
    """A grey square over one place after another: how much of the said class's share is lost, `(14, 14)`.

    Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013.
    """
    chosen, _, model, _ = _network(key, store)
    pixels = picture(chosen, wanted)
    covered = occluded(pixels, share)
    shares = measure.softmax(training.predict(model, np.concatenate([pixels[None], covered])))
    said = int(shares[0].argmax())
    return {
        "drop": (shares[0, said] - shares[1:, said]).reshape(GRID, GRID),
        "said": said,
        "share": float(shares[0, said]),
        "size": patch(chosen.side, share),
    }


def patch(side: int, share: float) -> int:
    """Pixels of the grey square's side."""
    return max(2, round(side * share))


def occluded(pixels: np.ndarray, share: float) -> np.ndarray:
    """Copies of a picture, each with a grey square at one of 14 x 14 places, row by row."""
    side, size = len(pixels), patch(len(pixels), share)
    starts = np.round(np.linspace(0, side - size, GRID)).astype(int)
    out = np.repeat(pixels[None], GRID * GRID, axis=0)
    for number, (top, left) in enumerate((t, left) for t in starts for left in starts):
        out[number, top : top + size, left : left + size] = GREY
    return out


def thumbnails(spec: dict[str, Any], rows: list[int]) -> np.ndarray:
    """Pictures of some rows of the data, `(n, side, side, 3)`."""
    return sources.load(specs.from_dict(Spec, spec)).pixels[rows]


def summary(data: str, side: int) -> dict[str, Any]:
    """What is in a data set, with a few pictures of each class; checks it by decoding."""
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
