"""Summarise a result in one sentence, and name things for users."""

from core.labs.from_scratch.presets import presets
from core.labs.from_scratch.spec import FACE_TASKS, TASK_NAMES, Spec
from core.learn.rivals import LEVEL, p_text
from core.runs import fields

ACTIVATION_NAMES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "elu": "ELU",
    "softplus": "softplus", "linear": "linear",
}  # fmt: skip

# Baseline -> how a sentence names it.
BESIDE = {
    "hog_svm": "a support vector machine on edge directions (HOG)",
    "hog_linear": "a linear model on HOG",
    "svm": "a support vector machine",
    "neighbours": "a nearest-neighbours model",
    "sklearn": "scikit-learn's MLP with the same hidden layers",
    "linear": "a linear model",
}
LESSONS = "Lessons"  # the view that compares networks with one seed each
ONE_SEED = "Each curve is one run with one random seed: large differences count, the third digit of a metric does not."
SCHEDULES = {"fixed": "constant", "falling": "decay"}
WHY_NO_SINGLE_FACE = (
    "This page trains and evaluates on the data set only; it offers no judgement of a single photograph. An error of "
    "15 years, or one wrong prediction in four or five, describes 2,000 faces together and says nothing about one "
    "person. The labels are estimates: ages come from an algorithm and were checked by eye, gender and ethnicity were "
    "assigned by annotators from the image, not by the people themselves. Your file is read into memory for this "
    "training and not kept, and neither are weights that were trained on it."
)


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    return f"{TASK_NAMES[chosen.task]} · {chosen.layers} · random seed {chosen.seed}"


def measure_of(metrics: dict[str, float]) -> str:
    """Return the main metric of a run, or of baselines alone: "rmse" or "accuracy"."""
    return "rmse" if any(name.endswith("test_rmse") for name in metrics) else "accuracy"


def glance(metrics: dict[str, float], facts: dict) -> str:
    """Compare the test result with the strongest baseline alone; a run that was stopped has none."""
    begin, rivals, name = _begin(metrics, facts)
    if not rivals:
        return f"{begin}."
    key = (min if name == "rmse" else max)(rivals, key=lambda one: rivals[one])
    verdict = _strongest(metrics[f"test_{name}"], rivals, facts, name)
    return f"{begin}, {BESIDE[key]} {_said(rivals[key], name, facts)}. {verdict}".strip()


def _begin(metrics: dict[str, float], facts: dict) -> tuple[str, dict[str, float], str]:
    """Return how the sentence begins, the figures of the baselines, and the name of the metric."""
    name = measure_of(metrics)
    measured = "accuracy" if name == "accuracy" else "RMSE"
    begin = f"On {facts['rows'][2]:,} test samples: {measured} {_said(metrics[f'test_{name}'], name, facts)}"
    return begin, {key: metrics[f"{key}_test_{name}"] for key in BESIDE if f"{key}_test_{name}" in metrics}, name


def honest(metrics: dict[str, float], facts: dict, chosen: Spec) -> str:
    """Compare the test result with all baselines, and say whether the strongest differs by more than chance."""
    begin, rivals, name = _begin(metrics, facts)
    rows, own = facts["rows"][2], metrics[f"test_{name}"]
    if not rivals:
        return f"Stopped by the user, so no baselines were fitted; {begin[0].lower()}{begin[1:]}."
    told = [f"{BESIDE[key]} {_said(value, name, facts)}" for key, value in rivals.items()]
    constant = "the mean of the training set" if name == "rmse" else "the majority class"
    told.append(f"{constant} {_said(metrics[f'naive_test_{name}'], name, facts)}")
    verdict = _strongest(own, rivals, facts, name) + _verdict(own, rivals["linear"], name, rows)
    best = (min if name == "rmse" else max)(rivals.values())
    behind = own != best and (own < best) == (name == "accuracy")
    return f"{begin}; {', '.join(told)}. {verdict}{_advice(chosen) if behind else ''}{_caveat(chosen)}"


def _advice(chosen: Spec) -> str:
    """Return what the settings that work change; nothing if they do not."""
    works = presets(chosen)["works"]
    changed = fields.differences(chosen, works, [name for name, about in fields.of(Spec).items() if about.label])
    changed += [f"layers {chosen.layers} → {works.layers}"] * (chosen.layers != works.layers)
    return f" The preset “Settings that work” changes: {', '.join(changed)}." if changed else ""


def _strongest(own: float, rivals: dict[str, float], facts: dict, name: str) -> str:
    """Compare the network with its strongest rival; nothing for runs that were stored without a test."""
    p_values = {one["name"]: one["p"] for one in facts.get("rivals", ())}
    tested = {key: value for key, value in rivals.items() if key in p_values}
    if not tested:
        return ""
    best = (min if name == "rmse" else max)(tested, key=lambda key: tested[key])
    p, who = p_values[best], BESIDE[best]
    measured = f"(paired test, {p_text(p)})"
    if p >= LEVEL:
        return f"The difference from the best baseline, {who}, is not significant {measured}. "
    better = (own < tested[best]) == (name == "rmse")
    if better:
        return f"It is better than the best baseline, {who}, and the difference is significant {measured}. "
    return f"{who[0].upper()}{who[1:]} is better, and the difference is significant {measured}. "


def _verdict(own: float, linear: float, name: str, rows: int) -> str:
    """Say whether the difference from a linear model is significant: two standard errors for accuracies."""
    if name == "rmse":
        better = (linear - own) / linear
        if abs(better) < 0.03:
            return "With one split and one random seed, that is no difference from the linear model."
        return (
            "The hidden layers help here."
            if better > 0
            else "The hidden layers do not help here: the linear model wins."
        )
    error = (2 * max(own * (1 - own), linear * (1 - linear)) / rows) ** 0.5
    if abs(own - linear) < 2 * error:
        return f"With {rows:,} test rows the difference from the linear model is not significant."
    return (
        "The hidden layers help here." if own > linear else "The hidden layers do not help here: the linear model wins."
    )


def _caveat(chosen: Spec) -> str:
    return " It allows no statement about a single person." if chosen.task in FACE_TASKS else ""


def _said(value: float, name: str, facts: dict) -> str:
    if name == "accuracy":
        return f"{value:.1%}"
    return f"{value:.3g}" + (f" {facts['unit']}" if facts["unit"] else "")
