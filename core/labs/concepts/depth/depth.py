"""Compute map size, weights, multiplications and receptive field of each layer of a stack of convolutions."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.labs.concepts.depth import messages
from core.labs.concepts.kit import receptive
from core.runs.spec import require


@dataclass(frozen=True)
class Stage:
    """`filters` of `kernel` x `kernel` with same padding, then 2 x 2 pooling with stride 2."""

    filters: int
    kernel: int = 3

    def __post_init__(self) -> None:
        require(self.filters >= 1, messages.no_filter)
        require(self.kernel >= 1, messages.no_kernel)


def parse(typed: str) -> list[Stage]:
    """Parse stages from text such as `16x3 32x5`; SpecError if it is unreadable or too large to draw."""
    words = typed.replace(",", " ").replace("×", "x").lower().split()
    require(1 <= len(words) <= 6, messages.stage_count)
    stages = []
    for word in words:
        parts = word.split("x")
        fine = len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts)
        require(fine, messages.no_stage.format(word=word[:20]))
        stage = Stage(int(parts[0]), int(parts[1]))
        require(stage.filters <= 1024 and stage.kernel <= 15, messages.too_large)
        stages.append(stage)
    return stages


@dataclass(frozen=True)
class Line:
    """One stage of the table; `side` is the map's before pooling, the rest follows from it."""

    side: int
    filters: int
    kernel: int
    numbers: int  # values in the feature maps before pooling
    weights: int
    products: int  # multiplications for one image
    sees: int  # receptive field of one output in pixels per side


def ledger(stages: Sequence[Stage], side: int = 128, channels: int = 3) -> list[Line]:
    """Compute size and cost of each stage for an image `side` x `side` x `channels`; SpecError if it vanishes."""
    lines, layers = [], []
    for stage in stages:
        require(side >= 1, messages.vanished)
        layers.append(receptive.Layer(stage.kernel))
        per_output = stage.kernel**2 * channels
        numbers = side**2 * stage.filters
        weights, sees = (per_output + 1) * stage.filters, receptive.fields(layers)[-1].size
        lines.append(Line(side, stage.filters, stage.kernel, numbers, weights, per_output * numbers, sees))
        layers.append(receptive.Layer(2, 2, kind="pooling"))
        side, channels = side // 2, stage.filters
    return lines


def stacked(kernel: int, times: int, channels: int) -> tuple[int, int]:
    """Return receptive field and weights without bias of `times` convolutions with equal channels in and out."""
    sees = receptive.fields([receptive.Layer(kernel)] * times)[-1].size
    return sees, times * kernel**2 * channels**2
