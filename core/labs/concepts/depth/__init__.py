"""Residual connections, depth and receptive fields."""
