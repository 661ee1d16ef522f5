"""Time one epoch of the report's age network (128 inputs, 35-6-1, 7,000 rows) against PyTorch on one core.

python -m tests.bench.scratch
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from core.labs.from_scratch.network.layers import Dense
from core.labs.from_scratch.network.losses import L2
from core.labs.from_scratch.network.network import Hidden, Network, build, he
from core.labs.from_scratch.network.training import EarlyStopping, Momentum, train

ROWS, INPUTS, RATE, MOMENTUM, ROUNDS = 7000, 128, 0.002, 0.99, 7
LIMIT_MS, LIMIT_RATIO = 60.0, 2.0


def network() -> Network:
    """Build the report's age network."""
    layers = [Hidden(35, "leaky_relu"), Hidden(6, "leaky_relu")]
    return build(INPUTS, layers, 1, he, np.random.default_rng(0))


def twin(ours: Network) -> torch.nn.Sequential:
    """Build the network in PyTorch, with the weights of ours."""
    layers: list[torch.nn.Module] = []
    for layer in ours.layers:
        if isinstance(layer, Dense):
            w, b = layer.weights
            linear = torch.nn.Linear(*w.shape)
            linear.weight.data, linear.bias.data = torch.tensor(w.T.copy()), torch.tensor(b.copy())
            layers.append(linear)
        else:
            layers.append(torch.nn.LeakyReLU(0.01))
    return torch.nn.Sequential(*layers)


def our_epoch(ours: Network, x: np.ndarray, t: np.ndarray, batch: int) -> float:
    """Train one epoch as the page does, with the losses of both parts at its end; return the loss."""
    optimizer, part = Momentum(ours.weights, MOMENTUM), (x, t)
    held_out = (x[:700], t[:700])
    (event,) = train(
        ours, L2(), optimizer, lambda epoch: RATE, (part, held_out), epochs=1, batch=batch,
        rng=np.random.default_rng(1), stopping=EarlyStopping(0),
    )  # fmt: skip
    return event.train_loss


def torch_epoch(model: torch.nn.Sequential, x: torch.Tensor, t: torch.Tensor, batch: int) -> float:
    """Train one epoch on the same batches in PyTorch and return the loss."""
    optimizer, loss = torch.optim.SGD(model.parameters(), RATE, momentum=MOMENTUM), torch.nn.MSELoss()
    order = torch.from_numpy(np.random.default_rng(1).permutation(len(x)))
    for rows in order.split(batch):
        optimizer.zero_grad()
        loss(model(x[rows]), t[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        return float(loss(model(x), t))


def milliseconds(epoch: Callable[[], float]) -> float:
    """Return the milliseconds of the fastest of several rounds: other load on the machine only adds time."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        epoch()
        best = min(best, time.perf_counter() - started)
    return 1000 * best


def main() -> bool:
    """Print a line for each batch size; return True if both limits hold for all."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, INPUTS)).astype(np.float32)
    t = (x[:, :1] * x[:, 1:2] + x[:, 2:3]).astype(np.float32)
    held = True
    torch.set_num_threads(1)
    with threadpool_limits(1, "blas"):
        for batch in (32, 64, 256):
            ours = network()
            theirs = twin(ours)
            same = our_epoch(ours, x, t, batch), torch_epoch(theirs, torch.tensor(x), torch.tensor(t), batch)
            assert abs(same[0] - same[1]) < 1e-3 * same[1], f"not the same network: {same}"
            numpy_ms = milliseconds(lambda: our_epoch(ours, x, t, batch))  # noqa: B023 - called at once
            torch_ms = milliseconds(lambda: torch_epoch(theirs, torch.tensor(x), torch.tensor(t), batch))  # noqa: B023
            held &= numpy_ms < LIMIT_MS and numpy_ms < LIMIT_RATIO * torch_ms
            print(
                f"scratch, batch {batch:3}: {numpy_ms:5.1f} ms an epoch (limit {LIMIT_MS:.0f}), "
                f"PyTorch {torch_ms:5.1f} ms, ratio {numpy_ms / torch_ms:.2f} (limit {LIMIT_RATIO:.0f})"
            )
    return held


if __name__ == "__main__":
    raise SystemExit(not main())
