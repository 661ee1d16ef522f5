"""Train a small residual network and its plain counterpart on handwritten digits: equal but for skip connections."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.files.archives import bundled
from core.labs.concepts.kit.attention import softmax
from core.runs.store import packed
from core.settings import PROJECT

WIDTH, CLASSES, PIXELS = 32, 10, 64
BLOCKS, SEEDS = (2, 4, 6, 8), (0, 1, 2)
EPOCHS, BATCH, RATE, MOMENTUM, TRAIN_ROWS = 40, 32, 0.02, 0.9, 1200
SHIPPED = PROJECT / "assets" / "concepts" / "residual.npz"
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Net:
    """`x = p W_in + b_in`, then blocks `f(x) = relu(x) W + b`, added to x (skip) or instead of x, then class scores."""

    skip: bool
    weights: tuple[np.ndarray, ...]  # matrix, bias, matrix, bias, ...: the first layer, the blocks, the last layer

    @property
    def blocks(self) -> int:
        return len(self.weights) // 2 - 2

    def block(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return matrix and bias of a block, counted from 0."""
        return self.weights[2 * number + 2], self.weights[2 * number + 3]

    def parameters(self) -> int:
        return sum(weight.size for weight in self.weights)


def initial(skip: bool, blocks: int, rng: np.random.Generator) -> Net:
    """Draw He-initialised weights, divided by sqrt(blocks) with skip connections so that the sum keeps its scale."""
    sizes = [(PIXELS, WIDTH), *[(WIDTH, WIDTH)] * blocks, (WIDTH, CLASSES)]
    shrink = np.sqrt(blocks) if skip else 1.0
    weights = []
    for place, (rows, columns) in enumerate(sizes):
        inside = 0 < place <= blocks
        spread = np.sqrt((2 if inside else 1) / rows) / (shrink if inside else 1.0)
        weights += [rng.normal(0, spread, (rows, columns)), np.zeros(columns)]
    return Net(skip, tuple(weights))


def states(net: Net, pictures: np.ndarray, deleted: frozenset[int] = NOTHING) -> list[np.ndarray]:
    """Return the activations before the first block and after each, `(rows, WIDTH)`; removed blocks pass them on."""
    found = [pictures @ net.weights[0] + net.weights[1]]
    for number in range(net.blocks):
        x = found[-1]
        matrix, bias = net.block(number)
        inside = x if number in deleted else np.maximum(x, 0) @ matrix + bias + (x if net.skip else 0)
        found.append(inside)
    return found


def scores(net: Net, pictures: np.ndarray, deleted: frozenset[int] = NOTHING) -> np.ndarray:
    """Return class scores `(rows, 10)` before the softmax."""
    return states(net, pictures, deleted)[-1] @ net.weights[-2] + net.weights[-1]


def accuracy(net: Net, pictures: np.ndarray, labels: np.ndarray, deleted: frozenset[int] = NOTHING) -> float:
    """Return the share of images whose largest score is their label's."""
    return float((scores(net, pictures, deleted).argmax(1) == labels).mean())


def loss(net: Net, pictures: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean cross-entropy."""
    said = softmax(scores(net, pictures))
    return float(-np.log(said[np.arange(len(labels)), labels]).mean())


def gradients(net: Net, pictures: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """Return the gradients of the loss with respect to each weight, in their order."""
    seen = states(net, pictures)
    blame = softmax(seen[-1] @ net.weights[-2] + net.weights[-1])
    blame[np.arange(len(labels)), labels] -= 1
    blame /= len(labels)
    found = [blame.sum(0), seen[-1].T @ blame]
    blame = blame @ net.weights[-2].T
    for number in reversed(range(net.blocks)):
        x = seen[number]
        found += [blame.sum(0), np.maximum(x, 0).T @ blame]
        through = (blame @ net.block(number)[0].T) * (x > 0)
        blame = through + blame if net.skip else through
    return [*found, blame.sum(0), pictures.T @ blame][::-1]


def jacobians(net: Net, picture: np.ndarray) -> list[np.ndarray]:
    """Return the Jacobian of each block's function at one image, `(WIDTH, WIDTH)`: rows inputs, columns outputs."""
    seen = states(net, picture[None])
    return [(x[0] > 0)[:, None] * net.block(number)[0] for number, x in enumerate(seen[:-1])]


def train(net: Net, pictures: np.ndarray, labels: np.ndarray, rng: np.random.Generator, epochs: int = EPOCHS) -> Net:
    """Run stochastic gradient descent with momentum over shuffled batches."""
    weights = [weight.copy() for weight in net.weights]
    net, speed = Net(net.skip, tuple(weights)), [np.zeros_like(weight) for weight in weights]
    for rows in _batches(len(pictures), epochs, rng):
        for weight, velocity, slope in zip(weights, speed, gradients(net, pictures[rows], labels[rows]), strict=True):
            velocity *= MOMENTUM
            velocity -= RATE * slope
            weight += velocity
    return net


def _batches(rows: int, epochs: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for _ in range(epochs):
        order = rng.permutation(rows)
        yield from (order[start : start + BATCH] for start in range(0, rows, BATCH))


@cache
def digits() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return training and test set of the 1,797 digits, `((rows, 64) in -1 to 1, labels)`; one random split."""
    pictures, labels = bundled.digits()
    pictures, order = pictures.reshape(len(pictures), -1) / 8 - 1, np.random.default_rng(0).permutation(len(labels))
    train_rows, test_rows = order[:TRAIN_ROWS], order[TRAIN_ROWS:]
    return (pictures[train_rows], labels[train_rows]), (pictures[test_rows], labels[test_rows])


def trained(skip: bool, blocks: int, seed: int) -> Net:
    """Train from scratch, in under two seconds."""
    rng = np.random.default_rng(seed)
    return train(initial(skip, blocks, rng), *digits()[0], rng)


def name(skip: bool, blocks: int, seed: int) -> str:
    """Return a network's name in the included file."""
    return f"{'residual' if skip else 'plain'}-{blocks}-{seed}"


def rebuild() -> None:
    """Train all networks of the page and write them to their file: `python -m core.labs.concepts.depth.residual`."""
    arrays = {
        f"{name(skip, blocks, seed)}-{place}": weight.astype(np.float16)
        for skip in (True, False)
        for blocks in BLOCKS
        for seed in SEEDS
        for place, weight in enumerate(trained(skip, blocks, seed).weights)
    }
    SHIPPED.parent.mkdir(parents=True, exist_ok=True)
    SHIPPED.write_bytes(packed(arrays))


@cache
def shipped(skip: bool, blocks: int, seed: int) -> Net:
    """Return an included network, in float64."""
    with np.load(SHIPPED, allow_pickle=False) as packed:
        count = 2 * blocks + 4
        return Net(skip, tuple(packed[f"{name(skip, blocks, seed)}-{n}"].astype(float) for n in range(count)))


if __name__ == "__main__":
    rebuild()
