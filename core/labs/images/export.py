"""Export as Python: the same experiment as one Keras script that needs nothing of this project; and as a command."""

import dataclasses
import shlex

from core.labs.images.data.sources import UPLOAD
from core.labs.images.spec import AUGMENTATION, IMAGENET, SCRATCH, Spec
from core.learn import scripts


def command(chosen: Spec) -> str:
    """The line that trains the same without a browser."""
    default = Spec()
    changed = {f.name: getattr(chosen, f.name) for f in dataclasses.fields(chosen)}
    words = [
        f"--set {shlex.quote(f'{name}={value}')}" for name, value in changed.items() if value != getattr(default, name)
    ]
    return " ".join(["python -m core train images", *words, "--json"])


@dataclasses.dataclass(frozen=True)
class Base:
    """The stored network that a transfer starts from."""

    spec: Spec
    classes: int


def exportable(chosen: Spec, base: Base | None = None) -> bool:
    """A transfer from a stored run needs that run's weights beside its script, and not in MobileNetV2's many layers."""
    return chosen.start in (SCRATCH, IMAGENET) or (base is not None and base.spec.model != "mobilenet")


def script(chosen: Spec, base: Base | None = None) -> str:
    """Return the source of a script that reads the digits, CIFAR-10, or a folder or zip of class folders.

    A transfer from a stored run is given its `base`, whose weights lie beside the script as base.weights.h5.
    """
    pictures = "pictures.zip" if UPLOAD.fullmatch(chosen.data) else chosen.data
    base = None if chosen.start in (SCRATCH, IMAGENET) else base
    return scripts.render(
        "labs/images/templates/images.py.j2", chosen, base=base, pictures=pictures, augmentations=AUGMENTATION
    )
