"""Write out the parameter count of a layer: the formula, the numbers filled in, the sum."""

from core.labs.concepts.kit.latex import whole
from core.labs.concepts.parameters import messages
from core.labs.concepts.parameters.layers import GATES, Layer
from core.labs.concepts.parameters.stacks import Row, Stack


def working(row: Row) -> tuple[str, ...]:
    """Write formula, numbers and result of one layer, in LaTeX."""
    formula, numbers = _formula(row.layer), _numbers(row.layer, row.takes[-1])
    lines = [f"P &= {formula}"] if formula else []
    return (*lines, f"{'' if formula else 'P '}&= {numbers}", f"&= {whole(row.count)}")


def total(stack: Stack) -> tuple[str, ...]:
    """Add up the layers, four per line."""
    counts = [whole(row.count) for row in stack.rows if row.count]
    groups = [" + ".join(counts[n : n + 4]) for n in range(0, len(counts), 4)] or ["0"]
    lines = [("P &= " if n == 0 else "&\\quad + ") + group for n, group in enumerate(groups)]
    trained = messages.trained_sum.format(trainable=whole(stack.count - stack.fixed), fixed=whole(stack.fixed))
    return (*lines, f"&= {whole(stack.count)}", *((trained,) if stack.fixed else ()))


def _formula(layer: Layer) -> str:
    bias = layer.bias
    match layer.kind:
        case "dense":
            return r"n_\text{in}\, n_\text{out}" + (r" + n_\text{out}" if bias else "")
        case "embedding":
            return r"V \cdot d"
        case "conv2d":
            return r"k^2\, C\, F" + (" + F" if bias else "")
        case "convlstm2d":
            return r"4\,(k^2\, C\, F + k^2\, F^2" + (" + F)" if bias else ")")
        case "batchnorm":
            return r"\underbrace{2C}_{\gamma,\, \beta} + \underbrace{2C}_{\mu,\, \sigma^2}"
        case "rnn" | "lstm" | "gru":
            return _gated(layer, "n_x", "n_h", r"\,")
    return ""


def _numbers(layer: Layer, channels: int) -> str:
    c, n, k, bias = whole(channels), whole(layer.size), layer.kernel, layer.bias
    match layer.kind:
        case "dense":
            return rf"{c} \cdot {n}" + (f" + {n}" if bias else "")
        case "embedding":
            return rf"{whole(layer.vocabulary)} \cdot {n}"
        case "conv2d":
            return rf"{k}^2 \cdot {c} \cdot {n}" + (f" + {n}" if bias else "")
        case "convlstm2d":
            return rf"4\,({k}^2 \cdot {c} \cdot {n} + {k}^2 \cdot {n}^2" + (f" + {n})" if bias else ")")
        case "batchnorm":
            return rf"2 \cdot {c} + 2 \cdot {c}"
        case "block":
            return rf"{whole(layer.parameters - layer.fixed)} + {whole(layer.fixed)}"
        case "rnn" | "lstm" | "gru":
            return _gated(layer, c, n, r" \cdot ")
    return "0"


def _gated(layer: Layer, features: str, units: str, times: str) -> str:
    """Write `2 * 4 (n_x n_h + n_h^2 + n_h)`: two directions, four gates."""
    gates, biases = len(GATES[layer.kind]), 2 if layer.kind == "gru" and layer.reset_after else 1
    ends = (f" + {units}" if biases == 1 else rf" + 2{times}{units}") if layer.bias else ""
    inner = f"{features}{times}{units} + {units}^2{ends}"
    factors = [*(["2"] if layer.both_ways else []), *([str(gates)] if gates > 1 else [])]
    before = r" \cdot ".join(factors)
    return rf"{before}\,({inner})" if factors else inner


def label(row: Row) -> str:
    """Return the title of a step of the calculation."""
    words = messages.group("layer_words").get(row.layer.kind, messages.no_parameters)
    return f"{row.layer.name}: {words}"
