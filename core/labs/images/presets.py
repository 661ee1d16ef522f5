"""Two presets for each kind of images: the report's settings, and settings that work, with the way between them."""

from dataclasses import replace

from core.labs.images import lesson, messages
from core.labs.images.spec import BUILT_IN, MODELS, Spec
from core.learn import study
from core.runs import fields
from core.runs.spec import Values

SEEDS = study.SEEDS
SHARED = {"model": "vgg", "optimizer": "adamw", "learning_rate": 0.003, "cosine_decay": True, "epochs": 30}
REPORT: dict[str, Values] = {"digits": {}, "photographs": {"epochs": 20, "patience": 4}}
WORKS: dict[str, Values] = {
    "digits": SHARED | {"side": 32, "width": 0.5, "augment": "affine"},
    "photographs": SHARED | {"side": 64, "augment": "strong"},
}
STEPS = {
    "image size {side}": ("side",),
    "augmentation": ("augment",),
    "VGG-BN": ("model", "width"),
    "AdamW, cosine decay": ("optimizer", "learning_rate", "batch_size", "cosine_decay", "epochs", "patience"),
}
CHANGED = ("model", *(name for names in STEPS.values() for name in names if name != "model"))


def usual_side(data: str) -> int:
    """Return the default image size: small for digits and CIFAR-10, the report's for photographs."""
    return {"digits": 16, "cifar10": 32}.get(data, 128)


def of(data: str) -> str:
    """Return the kind of images in a data set, a key of `WORKS`."""
    return data if data in WORKS else "photographs"


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings and settings that work for the images and the classes of `base`.

    The latter were chosen on the validation set of the digits, and for all other images on that of five flowers. On the
    new digits of transfer learning both are transfers, with the number of images and the seed of `base`.
    """
    base = base or Spec()
    if (base.data, base.classes) == (BUILT_IN[0], lesson.NEW):
        few = {"per_class": base.per_class, "seed": base.seed}
        return {name: replace(lesson.plan(name).first, **few) for name in lesson.LESSONS}
    plain = Spec(data=base.data, classes=base.classes, side=usual_side(base.data))
    return {name: replace(plain, **one[of(base.data)]) for name, one in (("report", REPORT), ("works", WORKS))}


def unmeasured(data: str) -> str:
    """Return a sentence that the settings that work were chosen on other images; "" where they were measured."""
    name = {"cifar10": "CIFAR-10"}.get(data, messages.your_images if data.startswith("upload-") else "")
    return messages.unmeasured.format(name=name) * bool(name)


def networks(name: str = "report", base: Spec | None = None) -> list[Spec]:
    """Return the networks of a preset: the report's four, or the one that works."""
    chosen = presets(base)[name]
    return [replace(chosen, model=model) for model in MODELS[:4]] if name == "report" else [chosen]


def working() -> list[Spec]:
    """Return the settings that work on the digits, over seeds: these networks come with the project."""
    return [replace(presets()["works"], seed=seed) for seed in range(SEEDS)]


def steps(base: Spec | None = None) -> dict[str, list[Spec]]:
    """Return the way from one preset to the other: the name of each change, and the networks after it, over seeds."""
    both = presets(base)
    return study.seeded(study.way(both["report"], both["works"], STEPS))


def changes(chosen: Spec) -> str:
    """Return how the settings that work differ from a spec; "" if they do not."""
    found = fields.differences(chosen, presets(chosen)["works"], CHANGED)
    return "; ".join(found).replace("networks", "network", 1)  # the control takes several
