"""Convolution and pooling by hand."""

from core.messages import Messages

messages = Messages(__file__)
