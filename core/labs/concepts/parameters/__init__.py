"""Counting the parameters of layers and stacks."""

from core.messages import Messages

messages = Messages(__file__)
