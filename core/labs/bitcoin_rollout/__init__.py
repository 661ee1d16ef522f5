"""A forecast of Bitcoin's price that is fed with its own output, day by day."""

from core.messages import Messages

messages = Messages(__file__)
