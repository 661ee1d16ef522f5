"""The record of one training, whatever library trained."""

from dataclasses import dataclass, field


@dataclass
class Fit:
    """Curves, the epoch whose weights the model now holds, and the seconds it took."""

    history: dict[str, list[float]] = field(default_factory=dict)  # one list a metric, one value a whole epoch
    kept_epoch: int = 0  # 1-based; 0 when no epoch was finished
    stopped: str = ""  # "" | "by the person" | "early"
    seconds: float = 0.0
    first_epoch_seconds: float = 0.0  # compilation included
