"""Runs: the spec of an experiment, its training, and the store that keeps its result."""

from core.messages import Messages

messages = Messages(__file__)
