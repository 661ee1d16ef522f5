"""Classifiers of short texts by emotion."""

from core.messages import Messages

messages = Messages(__file__)
