"""Convolve images with filters that k-means learns from patches, without labels (Coates, Lee and Ng 2011)."""

from dataclasses import dataclass

import numpy as np

from core.labs.from_scratch.network import Array

FILTERS = 100
SAMPLES, ROUNDS = 60_000, 15  # patches that k-means learns from, and its passes over them
CONTRAST, NOISE = 1.5e-4, 0.1  # added to the variance of a patch, and to those of the whitening
CHUNK = 4  # images at a time: their distances fit into the cache of a processor


@dataclass(frozen=True)
class Filters:
    """One convolutional layer with pooling, whose weights are learned before the network, not by backpropagation.

    Patches have `mean` `(pixels,)` and `whitening` `(pixels, pixels)`; `centres` `(filters, pixels)` are those of
    k-means. A filter's activation is max(0, mean distance to all centres - distance to its own), summed over each cell
    of a grid.
    """

    mean: Array
    whitening: Array
    centres: Array
    patch: int  # pixels along each side of a patch
    grid: int  # cells along each side, in which activations are added up

    def __call__(self, images: Array) -> Array:
        """Return the features `(images, grid * grid * filters)` of images `(images, side, side)` from 0 to 1."""
        return np.concatenate([self._pooled(images[at : at + CHUNK]) for at in range(0, len(images), CHUNK)])

    def _pooled(self, images: Array) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(images, (self.patch, self.patch), axis=(1, 2))
        count = windows.shape[1]
        patches = (_normalised(windows.reshape(len(images), count**2, -1)) - self.mean) @ self.whitening
        distances = np.sqrt(_squares(patches, self.centres))
        active = np.maximum(0, distances.mean(axis=-1, keepdims=True) - distances)
        edges = np.linspace(0, count, self.grid + 1).astype(int)[:-1]
        rows = np.add.reduceat(active.reshape(len(images), count, count, -1), edges, axis=1)
        sums = np.add.reduceat(rows, edges, axis=2).reshape(len(images), -1)
        return np.sqrt(sums * (self.grid / count) ** 2)  # the root evens out bright and faint cells


def shape(side: int) -> tuple[int, int]:
    """Return the side of a patch and of the grid for images of a side."""
    return (6, 4) if side >= 24 else (4, 2)


def learned(images: Array, rng: np.random.Generator) -> Filters:
    """Learn filters from images of the training set, `(images, side, side)` from 0 to 1."""
    patch, grid = shape(images.shape[1])
    rows = rng.integers(0, len(images), SAMPLES)
    tops, lefts = rng.integers(0, images.shape[1] - patch + 1, (2, SAMPLES))
    windows = np.lib.stride_tricks.sliding_window_view(images, (patch, patch), axis=(1, 2))
    patches = _normalised(windows[rows, tops, lefts].reshape(SAMPLES, -1))
    mean = patches.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(patches.T))
    whitening = ((axes / np.sqrt(variances + NOISE)) @ axes.T).astype(np.float32)
    return Filters(mean, whitening, _centres((patches - mean) @ whitening, rng), patch, grid)


def _centres(patches: Array, rng: np.random.Generator) -> Array:
    """Return the centres of k-means, which begin at random patches; an empty cluster begins anew."""
    centres = patches[rng.choice(len(patches), FILTERS, replace=False)]
    for _ in range(ROUNDS):
        nearest = _squares(patches, centres).argmin(axis=1)
        anew = patches[rng.integers(0, len(patches), FILTERS)]
        means = [
            patches[nearest == one].mean(axis=0) if (nearest == one).any() else anew[one] for one in range(FILTERS)
        ]
        centres = np.stack(means)
    return centres


def _normalised(patches: Array) -> Array:
    """Subtract the mean of each patch `(..., pixels)` and divide by its standard deviation."""
    centred = patches - patches.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + CONTRAST)


def _squares(patches: Array, centres: Array) -> Array:
    """Return the squared distance of each patch to each centre: |p|^2 - 2 p c + |c|^2."""
    squares = np.square(patches).sum(axis=-1, keepdims=True) - 2 * patches @ centres.T
    return np.maximum(squares + np.square(centres).sum(axis=1), 0)
