"""Describe random changes of training images as Keras layers: the network and the exported script share them."""

from typing import Any

NAMES = {
    "none": "none",
    "shift": "shifts",
    "mirror": "shifts and horizontal flips",
    "affine": "shifts, rotations, zoom",
    "strong": "shifts, flips, rotations, zoom, brightness, contrast",
}
LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "shift": (
        "RandomTranslation",
        {"height_factor": 0.1, "width_factor": 0.1, "fill_mode": "nearest", "interpolation": "nearest"},
    ),
    "mirror": ("RandomFlip", {"mode": "horizontal"}),
    "rotation": ("RandomRotation", {"factor": 0.04, "fill_mode": "nearest"}),  # of a full turn
    "zoom": ("RandomZoom", {"height_factor": 0.15, "fill_mode": "nearest"}),
    "brightness": ("RandomBrightness", {"factor": 0.2}),
    "contrast": ("RandomContrast", {"factor": 0.3}),
}
USED = {
    "none": (),
    "shift": ("shift",),
    "mirror": ("shift", "mirror"),
    "affine": ("shift", "rotation", "zoom"),
    "strong": ("shift", "mirror", "rotation", "zoom", "brightness", "contrast"),
}


def layers(augment: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the layers of a choice in their order: name -> class in `keras.layers` and its arguments."""
    return {name: LAYERS[name] for name in USED[augment]}


def flips(augment: str) -> bool:
    """Return whether a choice flips images."""
    return "mirror" in USED[augment]
