"""Summarise a result in one sentence, and name things for users."""

from core.labs.from_scratch.presets import presets
from core.labs.from_scratch.spec import FACE_TASKS, TASK_NAMES, Spec
from core.learn.rivals import LEVEL, TRY, p_text
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
# How a baseline differs from the network, where it is ahead.
DIFFERS = {
    "hog_svm": "the baseline reads edge directions, which the network has to learn",
    "hog_linear": "the baseline reads edge directions, which the network has to learn",
    "svm": "the baseline learns no features, only weights of training samples (RBF kernel)",
    "neighbours": "the network estimates {weights:,} weights, the baseline none: the closest training samples decide",
    "sklearn": "the baseline has as many neurons, so the size of the network is not the reason",
    "linear": "the network estimates {weights:,} weights, the baseline {values:,}",
}
LESSONS = "Lessons"  # the view that compares networks with one seed each
ONE_SEED = "Each curve is one run with one random seed: large differences count, the third digit of a metric does not."
SCHEDULES = {"fixed": "constant", "falling": "decay"}
WHY_NO_SINGLE_FACE = (
    "This page trains and evaluates on data sets only; it offers no judgement of a single photograph. An error of "
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
    name = measure_of(metrics)
    begin, own = f"On {facts['rows'][2]:,} test samples the network has", metrics[f"test_{name}"]
    begin += f" {'an accuracy' if name == 'accuracy' else 'an RMSE'} of {_said(own, name, facts)}"
    rivals = _rivals(metrics)
    if not rivals:
        return f"{begin}."
    best = _best(rivals, name)
    told = f"{begin}, the best baseline, {BESIDE[best]}, {_said(rivals[best], name, facts)}."
    return f"{told}{_difference(best, facts)}"


def _rivals(metrics: dict[str, float]) -> dict[str, float]:
    """Return the test metric of each baseline."""
    name = measure_of(metrics)
    return {key: metrics[f"{key}_test_{name}"] for key in BESIDE if f"{key}_test_{name}" in metrics}


def _best(rivals: dict[str, float], name: str) -> str:
    """Return the baseline with the lowest RMSE or the highest accuracy."""
    return (min if name == "rmse" else max)(rivals, key=lambda one: rivals[one])


def _difference(rival: str, facts: dict) -> str:
    """Say whether the network differs from a rival by more than chance; nothing for runs stored without a test."""
    p = _fact(rival, "p", facts)
    if p is None:
        return ""
    return f" The difference is {'not ' * (p >= LEVEL)}significant (paired test, {p_text(p)})."


def _fact(rival: str, name: str, facts: dict) -> float | None:
    """Return a fact of a rival, such as its parameters; None for runs stored without."""
    return next((one[name] for one in facts.get("rivals", ()) if one["name"] == rival), None)


def why(metrics: dict[str, float], facts: dict, chosen: Spec) -> str:
    """Return why the best baseline is ahead of the network; nothing if it is not, or not significantly.

    A network that does worse on its own training set than the baseline on the test set underfits.
    """
    name, rivals = measure_of(metrics), _rivals(metrics)
    best, sign = _best(rivals, name), 1 if name == "accuracy" else -1
    p, own = _fact(best, "p", facts), metrics.get(f"train_{name}")
    behind = sign * (rivals[best] - metrics[f"test_{name}"]) > 0
    if own is None or p is None or p >= LEVEL or not behind:
        return ""
    begin = f"Why: on its training set the network has {_said(own, name, facts)}"
    fit = "so it fits that and generalises less well"
    if sign * (rivals[best] - own) > 0:
        fit = "worse than the baseline on the test set, so it underfits"
    kind = best.removeprefix("hog_") if chosen.features == "hog" else best
    differs = DIFFERS[kind].format(weights=facts["parameters"], values=_fact(best, "parameters", facts))
    return f" {begin}, {fit}; {differs}."


def honest(metrics: dict[str, float], facts: dict, chosen: Spec) -> str:
    """Compare the test result with the strongest baseline and with a linear model.

    Where the former is ahead, say why and what to change.
    """
    told = glance(metrics, facts)
    if not _rivals(metrics):
        return f"Stopped by the user, so no baselines were fitted. {told}"
    what = f" {TRY}" * bool(advice(metrics, chosen))
    return f"{told} {_verdict(metrics, facts)}{why(metrics, facts, chosen)}{what}{_caveat(chosen)}"


def advice(metrics: dict[str, float], chosen: Spec) -> str:
    """Return what the settings that work change; nothing if they do not, or if no baseline is ahead of the network."""
    name, rivals = measure_of(metrics), _rivals(metrics).values()
    own = metrics.get(f"test_{name}")
    if own is None or not any(one != own and (one > own) == (name == "accuracy") for one in rivals):
        return ""
    works = presets(chosen)["works"]
    changed = fields.differences(chosen, works, [name for name, about in fields.of(Spec).items() if about.label])
    changed += [f"layers {chosen.layers} → {works.layers}"] * (chosen.layers != works.layers)
    return f"*Settings that work* change: {', '.join(changed)}." if changed else ""


def _verdict(metrics: dict[str, float], facts: dict) -> str:
    """Say whether the difference from a linear model is significant: two standard errors for accuracies."""
    name, rows = measure_of(metrics), facts["rows"][2]
    own, linear = metrics[f"test_{name}"], metrics[f"linear_test_{name}"]
    told = f"a linear model has {_said(linear, name, facts)}"
    if name == "rmse" and abs(linear - own) < 0.03 * linear:
        return f"With one split and one random seed, that is no difference from the linear model: {told}."
    error = (2 * max(own * (1 - own), linear * (1 - linear)) / rows) ** 0.5 if name == "accuracy" else 0
    if abs(own - linear) < 2 * error:
        return f"The difference from a linear model ({_said(linear, name, facts)}) is not significant."
    help_ = "help" if (own > linear) == (name == "accuracy") else "do not help"
    return f"The hidden layers {help_} here: {told}."


def _caveat(chosen: Spec) -> str:
    return " It allows no statement about a single person." if chosen.task in FACE_TASKS else ""


def _said(value: float, name: str, facts: dict) -> str:
    if name == "accuracy":
        return f"{value:.1%}"
    return f"{value:.3g}" + (f" {facts['unit']}" if facts["unit"] else "")
