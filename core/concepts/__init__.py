"""Compute the worked examples of a lecture interactively: every number comes from NumPy alone."""
