"""Counting the parameters of layers and stacks."""
