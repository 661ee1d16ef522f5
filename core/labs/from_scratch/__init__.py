"""A dense neural network in NumPy alone."""

from core.messages import Messages

messages = Messages(__file__)
