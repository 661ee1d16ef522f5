"""Compute the number of parameters of the price networks, and the hybrid that has as many as the LSTM."""

BRANCH_UNITS = 10  # units of the dense layer at the end of each branch of the hybrid


def lstm_parameters(units: int, horizon: int) -> int:
    """Count two layers of 4 gates with input, recurrent and bias weights, and the dense layer."""
    first, second = 4 * units * (1 + units + 1), 4 * units * (units + units + 1)
    return first + second + horizon * (units + 1)


def hybrid_parameters(units: int, horizon: int) -> int:
    """Count two LSTM layers, a GRU of 3 gates with two biases, a dense layer per branch and the output layer."""
    recurrent = lstm_parameters(units, 0) + 3 * units * (1 + units + 2)
    return recurrent + 2 * BRANCH_UNITS * (units + 1) + horizon * (2 * BRANCH_UNITS + 1)


def equal_units(units: int, horizon: int) -> int:
    """Return the number of units for which the hybrid comes closest to the parameter count of the LSTM."""
    aim = lstm_parameters(units, horizon)
    return min(range(1, units + 1), key=lambda u: abs(hybrid_parameters(u, horizon) - aim))
