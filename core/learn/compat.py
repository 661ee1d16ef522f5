"""Uses of Keras beyond its documented API, each behind a plain name; runs in workers only.

All other modules use only what Keras and TensorFlow document (`tests/test_house.py` checks it), and override two hooks
without an underscore: `inner_loop` of the recurrent layers and `update_step` of the optimizers.
`tests/core/learn/test_keras_compat.py` lists what is relied on and fails first when a version changes it.
"""

import keras


def mean_loss(model: keras.Model) -> keras.metrics.Mean:
    """Return the metric of a compiled model that is the mean loss of the epoch so far: the first one."""
    return model.metrics[0]


def moments(adam: keras.optimizers.Adam, variable: keras.Variable) -> tuple[keras.Variable, keras.Variable]:
    """Return the variables in which Adam keeps its mean of a variable's gradient, and of the gradient's square."""
    index = adam._get_variable_index(variable)
    return adam._momentums[index], adam._velocities[index]
