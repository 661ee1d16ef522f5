"""Residual connections, depth and receptive fields."""

from core.messages import Messages

messages = Messages(__file__)
