"""Define what a worker tells of the inside of a network, for the page that draws it."""

from typing import TypedDict, final

import numpy as np


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
