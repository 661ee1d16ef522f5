"""The data sets of scikit-learn, read without it, are those that it loads."""

import subprocess
import sys

import numpy as np

from core import settings
from core.files.archives import bundled


def test_both_sets_are_what_scikit_learn_loads() -> None:
    from sklearn.datasets import load_diabetes, load_digits

    digits, diabetes = load_digits(), load_diabetes(scaled=False)
    np.testing.assert_array_equal(bundled.digits()[0], digits.images)
    np.testing.assert_array_equal(bundled.digits()[1], digits.target)
    np.testing.assert_array_equal(bundled.diabetes()[0], diabetes.data)
    np.testing.assert_array_equal(bundled.diabetes()[1], diabetes.target)
    assert tuple(diabetes.feature_names) == bundled.DIABETES_COLUMNS


def test_reading_them_imports_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys; from core.files.archives import bundled; bundled.digits(); bundled.diabetes(); "
        "print({name.split('.')[0] for name in sys.modules} & {'sklearn', 'scipy'})"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"
