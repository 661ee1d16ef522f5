"""Compute a loss with a cliff (one recurrent unit, many steps), and descents on it with and without clipping.

The unit is h_{t+1} = sigma(u h_t + b) with a constant input in b. Where its two steady states meet, a tiny change
of u or b decides between them, and over many steps the loss becomes a wall. After Pascanu, Mikolov and Bengio
(2013), "On the difficulty of training recurrent neural networks", who show this for a slightly different unit.
"""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.gradient_through_time import messages
from core.labs.concepts.gradient_through_time.clipping import CLIPS
from core.labs.concepts.kit.cells import Array, sigmoid
from core.runs.spec import require, within

U_RANGE, B_RANGE = (2.5, 7.0), (-4.0, -0.5)
TARGET, START_STATE = 0.7, 0.5


@dataclass(frozen=True)
class Descent:
    """Settings of gradient descent from a point; SpecError for invalid ones."""

    u: float = 5.5
    b: float = -2.2
    rate: float = 2.0
    limit: float = 0.1
    steps: int = 100
    length: int = 30  # time steps of the unit

    def __post_init__(self) -> None:
        require(U_RANGE[0] <= self.u <= U_RANGE[1], messages.u_range.format(low=U_RANGE[0], high=U_RANGE[1]))
        require(B_RANGE[0] <= self.b <= B_RANGE[1], messages.b_range.format(low=B_RANGE[0], high=B_RANGE[1]))
        within(self, "rate", 1e-4, 100)
        within(self, "limit", 1e-3, 100)
        within(self, "steps", 1, 500)
        within(self, "length", 1, 100)


def loss(u: Array, b: Array, length: int) -> Array:
    """Return (h_T - 0.7)^2 after `length` steps from h_0 = 0.5, for any shape of u and b."""
    h = np.full(np.broadcast(u, b).shape, START_STATE)
    for _ in range(length):
        h = sigmoid(u * h + b)
    return (h - TARGET) ** 2


def gradient(u: Array, b: Array, length: int) -> Array:
    """Return dloss/du and dloss/db on a last axis of 2, by forward-mode differentiation through time.

    s_{t+1} = sigma'(a) (h_t + u s_t) for u, and the same with 1 in the place of h_t for b.
    """
    h, by_u, by_b = np.full(np.broadcast(u, b).shape, START_STATE), 0.0, 0.0
    for _ in range(length):
        after = sigmoid(u * h + b)
        slope = after * (1 - after)
        by_u, by_b, h = slope * (h + u * by_u), slope * (1 + u * by_b), after
    return 2 * (h - TARGET)[..., None] * np.stack([by_u, by_b], axis=-1)


@dataclass(frozen=True, eq=False)
class Path:
    """Points `(steps + 1, 2)` with their losses; gradients and clipped gradients `(steps, 2)`."""

    points: Array
    losses: Array
    gradients: Array
    used: Array


def paths(descent: Descent) -> dict[str, Path]:
    """Run plain gradient descent from one point, once for each kind of clipping."""
    points, gradients, used = _descend(descent, np.array([[descent.u, descent.b]]))
    return {
        clip: Path(
            points[:, n, 0],
            loss(points[:, n, 0, 0], points[:, n, 0, 1], descent.length),
            gradients[:, n, 0],
            used[:, n, 0],
        )
        for n, clip in enumerate(CLIPS)
    }


def _descend(descent: Descent, starts: Array) -> tuple[Array, Array, Array]:
    """Return points, gradients and clipped gradients `(steps, clips, starts, 2)` of parallel descents."""
    point = np.tile(starts, (len(CLIPS), 1, 1))
    points, gradients, used = [point], [], []
    for _ in range(descent.steps):
        gradients.append(gradient(point[..., 0], point[..., 1], descent.length))
        clipped = [clip(own, descent.limit) for clip, own in zip(CLIPS.values(), gradients[-1], strict=True)]
        used.append(np.stack(clipped))
        point = point - descent.rate * used[-1]
        points.append(point)
    return np.array(points), np.array(gradients), np.array(used)


CELLS = 110  # of the grid along each axis


def surface(length: int) -> tuple[Array, Array, Array]:
    """Return axes u `(CELLS,)` and b `(CELLS,)`, and the loss `(b, u)` over them."""
    u, b = np.linspace(*U_RANGE, CELLS), np.linspace(*B_RANGE, CELLS)
    return u, b, loss(u[None, :], b[:, None], length)


ARRIVED = 0.01  # a loss below this counts as having reached the valley
STARTS = 100


def arrivals(descent: Descent) -> dict[str, float]:
    """Return the fraction of random starting points that reach a low loss, for each kind of clipping."""
    rng = np.random.default_rng(0)
    places = np.column_stack([rng.uniform(*U_RANGE, STARTS), rng.uniform(*B_RANGE, STARTS)])
    last = _descend(descent, places)[0][-1]
    arrived = loss(last[..., 0], last[..., 1], descent.length) < ARRIVED
    return dict(zip(CLIPS, arrived.mean(axis=1).tolist(), strict=True))
