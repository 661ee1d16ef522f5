"""Attention over the parts of a picture while a caption is written."""

from core.messages import Messages

messages = Messages(__file__)
