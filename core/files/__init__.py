"""Readers of uploaded files: tables, archives, text, video. Nothing else in core parses them."""

from core.messages import Messages

messages = Messages(__file__)
