"""Measure the rivals of a network on its split: a constant, and models of scikit-learn on the same inputs or on HOG."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch import messages
from core.labs.from_scratch.data.preprocessing import Part, Prepared, edges, projection
from core.labs.from_scratch.spec import Spec, hidden
from core.learn import errors as metrics, paired
from core.learn.rivals import Baselines, Rival, RivalFacts, measured
from core.runs.store import Run

# Name in metrics and facts -> name for users, in the order of tables; "naive" is a constant.
NAMES = {
    "hog_svm": "support vector machine on HOG",
    "hog_linear": "linear model on HOG",
    "svm": "support vector machine",
    "neighbours": "nearest neighbours",
    "sklearn": "scikit-learn's MLP",
    "linear": "linear model",
    "naive": "naive",
}
CONSTANTS = {"accuracy": "majority class", "rmse": "mean of the target"}  # what the naive prediction is, by metric
ACTIVATION = {"sigmoid": "logistic", "tanh": "tanh", "linear": "identity"}  # besides relu, scikit-learn has no others
MOST_ROWS = 10_000  # of the training set, for methods that compare a row with all others
EDGES = 256  # principal components of the histograms of oriented gradients


def measure(truth: NDArray, said: NDArray, number: bool) -> dict[str, float]:
    """Return RMSE and MAE for numbers, or the accuracy for classes, over the whole part."""
    if number:
        return {"rmse": metrics.rmse(truth, said), "mae": metrics.mae(truth, said)}
    return {"accuracy": float(np.mean(truth == said))}


def naive(train: NDArray, rows: int, number: bool) -> NDArray:
    """Predict the mean of the training set, or its most frequent class, for every row."""
    return np.full(rows, train.mean() if number else np.bincount(train).argmax())


def baselines(
    prepared: Prepared, chosen: Spec, number: bool, said: NDArray, fitted: bool = True, network: bool = True
) -> Baselines:
    """Measure the naive prediction and, if `fitted`, the models of scikit-learn on training and test set.

    Without `network` its MLP, the only one that depends on the layers, is left out. `said` are the answers of the
    network on the test set, `(rows,)`: each baseline is compared with them row by row.
    """
    n = prepared.originals
    parts = {"train": Part(prepared.train.inputs[:n], prepared.train.targets[:n]), "test": prepared.test}
    figures: dict[str, float] = {}
    rivals: list[RivalFacts] = []
    for name, own, candidates in _rivals(prepared, chosen, number) if fitted else ():
        if name == "sklearn" and not network:
            continue
        model = _best([_fitted(one, own, number) for one in candidates], own.validation, number)
        answers = {"train": model.answer(own.train.inputs[:n]), "test": model.answer(own.test.inputs)}
        for part, rows in parts.items():
            figures |= {f"{name}_{part}_{k}": v for k, v in measure(rows.targets, answers[part], number).items()}
        losses = (_losses(prepared.test.targets, one, number) for one in (said, answers["test"]))
        rivals.append({"name": name, "parameters": model.parameters, "p": paired.p_value(*losses, lags=0)})
    for part, rows in parts.items():
        constant = naive(parts["train"].targets, len(rows.targets), number)
        figures |= {f"naive_{part}_{k}": v for k, v in measure(rows.targets, constant, number).items()}
    return Baselines(figures, rivals)


def names(metric: str) -> dict[str, str]:
    """Return the names for users where models are measured by accuracy or RMSE."""
    return NAMES | {"naive": CONSTANTS[metric]}


def rivals(run: Run) -> list[Rival]:
    """Return the baselines of a run as rivals, the constant first."""
    named = names("rmse" if "naive_test_rmse" in run.metrics else "accuracy")
    keys = {name: key for key, name in named.items()}
    found = measured(dict(reversed(named.items())), run.metrics, run.facts)
    return [replace(one, inputs=messages.edges_read) if keys[one.name].startswith("hog_") else one for one in found]


def linear(prepared: Prepared, number: bool) -> "Fitted":
    """Fit the linear model on the training set."""
    return _fitted(_linear(number), prepared, number)


@dataclass(frozen=True)
class Fitted:
    """A fitted model of scikit-learn whose answers are in the target's unit, or class numbers."""

    model: Any
    offset: float
    scale: float
    number: bool

    def answer(self, inputs: NDArray) -> NDArray:
        """Return one answer for each row of inputs `(rows, columns)`."""
        said = self.model.predict(inputs)
        return said * self.scale + self.offset if self.number else said

    @property
    def parameters(self) -> int:
        """Return how many numbers it has fitted or kept; neighbours and machines keep rows of the training set."""
        model = self.model
        if hasattr(model, "coefs_"):
            return sum(array.size for array in (*model.coefs_, *model.intercepts_))
        if hasattr(model, "support_vectors_"):
            return model.support_vectors_.size + model.dual_coef_.size + model.intercept_.size
        if hasattr(model, "n_samples_fit_"):
            return model.n_samples_fit_ * (model.n_features_in_ + 1)
        return int(np.size(model.coef_) + np.size(model.intercept_))


def _losses(truth: NDArray, said: NDArray, number: bool) -> NDArray:
    return np.square(truth - said) if number else (truth != said).astype(float)


def _best(models: Sequence[Fitted], validation: Part, number: bool) -> Fitted:
    """Return the model with the lowest mean loss on the validation set."""
    return min(models, key=lambda one: _losses(validation.targets, one.answer(validation.inputs), number).mean())


def _fitted(model: Any, prepared: Prepared, number: bool) -> Fitted:
    targets = (prepared.train.targets - prepared.offset) / prepared.scale if number else prepared.train.targets
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged yet" after its 200 epochs
        model.fit(prepared.train.inputs, targets)
    return Fitted(model, prepared.offset, prepared.scale, number)


def _rivals(prepared: Prepared, chosen: Spec, number: bool) -> Iterator[tuple[str, Prepared, list[Any]]]:
    """Yield name, data and candidates of each rival; those on HOG have the original images alone."""
    for name, candidates in _candidates(chosen, number, len(prepared.train.targets)).items():
        yield name, prepared, candidates
    if prepared.images and prepared.originals <= MOST_ROWS:
        own = _on_edges(prepared)
        yield "hog_svm", own, _machines(number)
        yield "hog_linear", own, [_linear(number)]


def _on_edges(prepared: Prepared) -> Prepared:
    """Return the same split with principal components of edge directions as inputs."""
    known, *others = (edges(images) for images in prepared.images)
    project = projection(known, min(EDGES, *known.shape), 0.0)
    parts = zip((known, *others), (prepared.train, prepared.validation, prepared.test), strict=True)
    train, validation, test = (Part(project(rows), of.targets[: len(rows)]) for rows, of in parts)
    return replace(prepared, train=train, validation=validation, test=test)


def _candidates(chosen: Spec, number: bool, rows: int) -> dict[str, list[Any]]:
    """Return untrained models by name; where there are several, the validation set chooses."""
    found = {"sklearn": [_network(chosen, number)], "linear": [_linear(number)]}
    if rows <= MOST_ROWS:
        found |= {"svm": _machines(number), "neighbours": _neighbours(number)}
    return found


def _linear(number: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return Ridge(alpha=1.0) if number else LogisticRegression(max_iter=300)


def _machines(number: bool) -> list[Any]:
    from sklearn.svm import SVC, SVR

    return [SVR(C=c) if number else SVC(C=c) for c in (1.0, 10.0)]


def _neighbours(number: bool) -> list[Any]:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    return [(KNeighborsRegressor if number else KNeighborsClassifier)(k) for k in (1, 3, 10, 20)]


def _network(chosen: Spec, number: bool) -> Any:
    """Build scikit-learn's network (Adam, L2, 200 epochs) with our hidden layers; the first activation for all."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    layers = hidden(chosen)
    activation = ACTIVATION.get(layers[0].activation, "relu") if layers else "identity"
    sizes = [one.neurons for one in layers]
    kind = MLPRegressor if number else MLPClassifier
    early = bool(chosen.patience)
    return kind(
        hidden_layer_sizes=sizes, activation=activation, early_stopping=early, max_iter=200, random_state=chosen.seed
    )
