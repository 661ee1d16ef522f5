"""Ridge regression against scikit-learn's, and the choice of its strength."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.learn import errors as metrics, ridge


def samples(rows: int, columns: int, seed: int = 0) -> ridge.Samples:
    rng = np.random.default_rng(seed)
    inputs = rng.normal(3, [0.1 + 2 * column for column in range(columns)], (rows, columns))
    return inputs, inputs @ rng.normal(size=columns) + rng.normal(size=rows)


@pytest.mark.parametrize(("rows", "columns"), [(60, 4), (30, 50)])
def test_every_strength_is_scikit_learns_alpha(rows: int, columns: int) -> None:
    inputs, targets = samples(rows, columns)
    for model in ridge.fit((inputs, targets)):
        peer = make_pipeline(StandardScaler(), Ridge(alpha=model.strength)).fit(inputs, targets)
        np.testing.assert_allclose(model.predict(inputs), peer.predict(inputs), rtol=1e-7, atol=1e-8)
        assert model.parameters == columns + 1


def test_a_constant_input_gets_no_weight() -> None:
    inputs, targets = samples(40, 3)
    inputs[:, 1] = 0.1
    model = ridge.fit((inputs, targets), [1.0])[0]
    assert model.weights[1] == 0
    alone = ridge.fit((inputs[:, [0, 2]], targets), [1.0])[0]
    np.testing.assert_allclose(model.weights[[0, 2]], alone.weights)


def test_the_strength_is_the_best_on_the_validation_set() -> None:
    train, validation = samples(30, 20), samples(40, 20, seed=1)
    chosen = ridge.choose(train, validation)
    errors = {m.strength: metrics.rmse(validation[1], m.predict(validation[0])) for m in ridge.fit(train)}
    assert errors[chosen.strength] == min(errors.values())
    assert len(set(errors.values())) > 1
