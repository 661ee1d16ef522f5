"""A loss measures how wrong the network is; its gradient tells in which direction each output should move."""

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch.network import Array


class Loss:
    """Mean over the batch; `outputs` and the result of `backward` are `(batch, outputs)`."""

    def forward(self, outputs: Array, truth: NDArray) -> float:
        """Return the loss L."""
        raise NotImplementedError

    def backward(self, outputs: Array, truth: NDArray) -> Array:
        """Return dL/d(outputs)."""
        raise NotImplementedError


class L2(Loss):
    """Mean squared error over the n numbers of a batch; `truth` is `(batch, outputs)`."""

    def forward(self, outputs: Array, truth: NDArray) -> float:
        """Return L = 1/n sum (y - t)^2."""
        return float(np.mean(np.square(outputs - truth)))

    def backward(self, outputs: Array, truth: NDArray) -> Array:
        """dL/dy = 2/n (y - t): proportional to the error."""
        return (outputs - truth) * outputs.dtype.type(2 / outputs.size)


class L1(Loss):
    """Mean absolute error over the n numbers of a batch; `truth` is `(batch, outputs)`."""

    def forward(self, outputs: Array, truth: NDArray) -> float:
        """Return L = 1/n sum |y - t|."""
        return float(np.mean(np.abs(outputs - truth)))

    def backward(self, outputs: Array, truth: NDArray) -> Array:
        """dL/dy = 1/n sign(y - t): independent of the size of the error, so single outliers weigh less."""
        return np.sign(outputs - truth) * outputs.dtype.type(1 / outputs.size)


class CrossEntropy(Loss):
    """Softmax with cross-entropy over a batch of n; `truth` holds the class numbers `(batch,)`."""

    def forward(self, outputs: Array, truth: NDArray) -> float:
        """Return L = -1/n sum ln p[t], where p = softmax(y) and t is the true class."""
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(shifted).sum(axis=1))
        return float(np.mean(log_sum - shifted[np.arange(len(truth)), truth]))

    def backward(self, outputs: Array, truth: NDArray) -> Array:
        """dL/dy = 1/n (p - onehot(t)): predicted minus true probabilities."""
        p = softmax(outputs)
        p[np.arange(len(truth)), truth] -= 1
        return p / outputs.dtype.type(len(truth))


def softmax(outputs: Array) -> Array:
    """p_k = e^{y_k} / sum_j e^{y_j}; the largest output is subtracted first, so that nothing overflows."""
    powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


LOSSES: dict[str, type[Loss]] = {"l2": L2, "l1": L1, "cross_entropy": CrossEntropy}
