"""A dense neural network in NumPy alone."""
