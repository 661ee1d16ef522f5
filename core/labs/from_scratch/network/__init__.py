"""Implement a neural network in NumPy alone; each of its files is readable in five minutes."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]  # float32, or float64 where a gradient is checked
