"""Forecasts of cryptocurrency prices some days ahead."""

from core.messages import Messages

messages = Messages(__file__)
