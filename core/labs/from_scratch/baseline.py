"""Compute the baselines: a constant prediction, and two models of scikit-learn on the same inputs."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.labs.from_scratch.data.data import Part, Prepared
from core.labs.from_scratch.spec import Spec, hidden
from core.learn import errors as metrics

ACTIVATION = {"sigmoid": "logistic", "tanh": "tanh", "linear": "identity"}  # besides relu, scikit-learn has no others


def measure(truth: NDArray, said: NDArray, number: bool) -> dict[str, float]:
    """Return RMSE and MAE for numbers, or the accuracy for classes, over the whole part."""
    if number:
        return {"rmse": metrics.rmse(truth, said), "mae": metrics.mae(truth, said)}
    return {"accuracy": float(np.mean(truth == said))}


def naive(train: NDArray, rows: int, number: bool) -> NDArray:
    """Predict the mean of the training set, or its most frequent class, for every row."""
    return np.full(rows, train.mean() if number else np.bincount(train).argmax())


def baselines(prepared: Prepared, chosen: Spec, number: bool, fitted: bool = True) -> dict[str, float]:
    """Return `NAME_PART_METRIC` of the naive prediction and, if `fitted`, of scikit-learn's linear model and MLP."""
    train, n = prepared.train, prepared.originals
    parts = {"train": Part(train.inputs[:n], train.targets[:n]), "test": prepared.test}
    out: dict[str, float] = {}
    models = {"linear": _linear(number), "sklearn": _network(chosen, number)} if fitted else {}
    for name, untrained in models.items():
        model = _fitted(untrained, train, prepared)
        for part, rows in parts.items():
            said = (
                model.predict(rows.inputs) * prepared.scale + prepared.offset if number else model.predict(rows.inputs)
            )
            out |= {f"{name}_{part}_{k}": v for k, v in measure(rows.targets, said, number).items()}
    for part, rows in parts.items():
        said = naive(parts["train"].targets, len(rows.targets), number)
        out |= {f"naive_{part}_{k}": v for k, v in measure(rows.targets, said, number).items()}
    return out


def _fitted(model: Any, train: Part, prepared: Prepared) -> Any:
    targets = (
        (train.targets - prepared.offset) / prepared.scale if prepared.scale != 1 or prepared.offset else train.targets
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not converged yet" after its 200 epochs
        return model.fit(train.inputs, targets)


def _linear(number: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge

    return Ridge(alpha=1.0) if number else LogisticRegression(max_iter=300)


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
