"""Concept labs: one idea each, computed by hand and drawn."""

from core.messages import Messages

messages = Messages(__file__)
