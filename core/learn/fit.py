"""Record of a training, independent of the library."""

from dataclasses import dataclass, field


@dataclass
class Fit:
    """Learning curves, the epoch of the model's final weights, and the duration in seconds."""

    history: dict[str, list[float]] = field(default_factory=dict)  # a list per metric, a value per complete epoch
    kept_epoch: int = 0  # 1-based; 0 if no epoch was finished
    stopped: str = ""  # "" | "by the person" | "early"
    seconds: float = 0.0
    first_epoch_seconds: float = 0.0  # including compilation
