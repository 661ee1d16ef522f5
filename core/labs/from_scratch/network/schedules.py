"""A schedule sets the learning rate of each epoch: large steps first, small ones near the minimum."""


def falling(epoch: int, a: float, n: float, b: float) -> float:
    """Return a / epoch^n + b for epochs 1, 2, ...; with n = 0 the rate is constant at a + b."""
    return a / epoch**n + b
