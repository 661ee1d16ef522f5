"""The learning rate of each epoch: large steps first, small ones near the goal."""


def falling(epoch: int, a: float, n: float, b: float) -> float:
    """a / epoch^n + b for epochs 1, 2, ...; with n = 0 the rate is fixed at a + b."""
    return a / epoch**n + b
