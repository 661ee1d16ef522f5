"""What each layer of a stack of convolutions holds and costs: map size, weights, multiplications, field of view."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.concepts import receptive
from core.spec import require


@dataclass(frozen=True)
class Stage:
    """`filters` of `kernel` x `kernel` with padding that keeps the size, then pooling 2 x 2 with stride 2."""

    filters: int
    kernel: int = 3

    def __post_init__(self) -> None:
        require(self.filters >= 1, "A layer needs a filter; choose 1 or more.")
        require(self.kernel >= 1, "A filter needs a row; choose a kernel of 1 or more.")


def parse(typed: str) -> list[Stage]:
    """Stages from text such as `16x3 32x5`; SpecError for what cannot be read or is too large to draw."""
    words = typed.replace(",", " ").replace("×", "x").lower().split()
    require(1 <= len(words) <= 6, "Write one to six stages, such as 16x3 32x3 64x3.")
    stages = []
    for word in words:
        parts = word.split("x")
        fine = len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts)
        require(fine, f"{word[:20]!r} is no stage; write filters x kernel, such as 16x3.")
        stage = Stage(int(parts[0]), int(parts[1]))
        require(stage.filters <= 1024 and stage.kernel <= 15, "At most 1,024 filters of 15 × 15; choose smaller ones.")
        stages.append(stage)
    return stages


@dataclass(frozen=True)
class Line:
    """One stage of the ledger; `side` is the map's before pooling, the rest follows from it."""

    side: int
    filters: int
    kernel: int
    numbers: int  # of the maps before pooling
    weights: int
    products: int  # multiplications for one picture
    sees: int  # pixels of the picture along a side, for one output of this convolution


def ledger(stages: Sequence[Stage], side: int = 128, channels: int = 3) -> list[Line]:
    """What each stage holds and costs for a picture of `side` x `side` x `channels`; SpecError when nothing is left."""
    lines, layers = [], []
    for stage in stages:
        require(side >= 1, "The maps are halved to nothing: take fewer stages or a larger picture.")
        layers.append(receptive.Layer(stage.kernel))
        per_output = stage.kernel**2 * channels
        numbers = side**2 * stage.filters
        lines.append(
            Line(
                side, stage.filters, stage.kernel, numbers, (per_output + 1) * stage.filters, per_output * numbers,
                receptive.fields(layers)[-1].size,
            )
        )  # fmt: skip
        layers.append(receptive.Layer(2, 2, kind="pooling"))
        side, channels = side // 2, stage.filters
    return lines


def stacked(kernel: int, times: int, channels: int) -> tuple[int, int]:
    """Field of view, and weights without bias, of `times` convolutions over as many channels in as out."""
    sees = receptive.fields([receptive.Layer(kernel)] * times)[-1].size
    return sees, times * kernel**2 * channels**2
