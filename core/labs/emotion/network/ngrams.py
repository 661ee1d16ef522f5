"""Linear path of a text classifier: logistic regression on hashed n-grams of words and of characters.

A word that is rare or misspelt is unknown to an embedding, but shares characters with words that are known. The
probabilities of the network and of this model are combined as a weighted geometric mean, as in a product of experts
(Hinton, "Training products of experts by minimizing contrastive divergence", 2002).
"""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.emotion.network.forward import Array
from core.learn.classification import softmax

BUCKETS = 2**15  # n-grams are hashed to so many columns (Weinberger et al., "Feature hashing ...", 2009)
WORDS, CHARACTERS = (1, 2), (2, 3, 4, 5)  # lengths of the n-grams
STRENGTH = 10.0  # scikit-learn's C
SHARES = tuple(round(0.05 * n, 2) for n in range(21))  # weights of the linear path that are compared

Texts = Sequence[Sequence[str]]  # normalised words of each text


def fit(texts: Texts, labels: NDArray, sources: NDArray | None = None) -> dict[str, NDArray[Any]]:
    """Fit on the words and labels of a training set; return an 8-bit kernel with its scale, bias, and idf.

    With `sources`, the source of each text, all sources weigh as much as the largest.
    """
    from sklearn.linear_model import LogisticRegression

    rows = [_counts(words) for words in texts]
    texts_with = np.bincount([column for counts in rows for column in counts], minlength=BUCKETS)
    idf = (np.log((1 + len(rows)) / (1 + texts_with)) + 1).astype(np.float16)  # as it is stored
    sizes = np.ones(1) if sources is None else np.bincount(sources)
    weight = None if sources is None else (sizes.max() / np.maximum(sizes, 1))[sources]
    model = LogisticRegression(C=STRENGTH, max_iter=200).fit(_matrix(rows, idf), labels, weight)
    kernel, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if kernel.shape[1] == 1:  # scikit-learn has a single column for two classes
        kernel, bias = np.hstack([0 * kernel, kernel]), np.array([0, bias[0]], np.float32)
    scale = np.maximum(np.abs(kernel).max(axis=0), 1e-9) / 127
    found = {"ngram_kernel": np.round(kernel / scale).astype(np.int8), "ngram_scale": scale, "ngram_bias": bias}
    return {**found, "ngram_idf": idf}


def probabilities(weights: Mapping[str, Array], texts: Texts) -> Array:
    """Return probabilities `(texts, classes)` of the linear path alone."""
    features = _matrix([_counts(words) for words in texts], weights["ngram_idf"])
    scores = features @ weights["ngram_kernel"].astype(np.float32) * weights["ngram_scale"]
    return softmax(scores + weights["ngram_bias"])


def with_share(weights: Mapping[str, Array], network: Array, texts: Texts, labels: NDArray, sources: NDArray | None):
    """Add the share that is best on validation texts, given the probabilities of the network for them."""
    linear = probabilities(weights, texts)
    share = best_share(network, linear, labels, np.zeros(len(labels), int) if sources is None else sources)
    return {**weights, "ngram_share": np.array([share], np.float32)}


def combined(network: Array, linear: Array, share: float) -> Array:
    """Return the geometric mean of two arrays of probabilities, the second with weight `share`."""
    return softmax((1 - share) * np.log(network + 1e-9) + share * np.log(linear + 1e-9))


def best_share(network: Array, linear: Array, labels: NDArray, sources: NDArray) -> float:
    """Return the share with the best accuracy on the source where it is lowest; the smallest of equal ones."""

    def accuracy(share: float) -> float:
        right = combined(network, linear, share).argmax(axis=1) == labels
        return min(float(right[sources == one].mean()) for one in np.unique(sources))

    return max(SHARES, key=lambda share: (accuracy(share), -share))


def _counts(words: Sequence[str]) -> Counter[int]:
    """Return how often each column occurs in a text."""
    grams = [" ".join(words[i : i + n]) for n in WORDS for i in range(len(words) - n + 1)]
    for word in words:
        padded = f"_{word}_"
        grams += ["#" + padded[i : i + n] for n in CHARACTERS for i in range(len(padded) - n + 1)]
    return Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in grams)


def _matrix(rows: Sequence[Mapping[int, int]], idf: NDArray[Any]) -> Any:
    """Return a sparse matrix `(texts, BUCKETS)`: 1 + log of the count, times idf, each row of length 1."""
    from scipy.sparse import csr_matrix

    edges = np.concatenate([[0], np.cumsum([len(counts) for counts in rows])])
    columns = np.array([column for counts in rows for column in counts], np.int32)
    counts = np.array([count for counts in rows for count in counts.values()], np.float32)
    values = (1 + np.log(counts)) * idf[columns].astype(np.float32)
    lengths = np.sqrt(np.add.reduceat(np.append(values**2, 0), edges[:-1]) * (np.diff(edges) > 0))
    values /= np.repeat(np.maximum(lengths, 1e-9), np.diff(edges))
    return csr_matrix((values, columns, edges), (len(rows), BUCKETS))
