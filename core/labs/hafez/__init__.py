"""A generator of ghazals in the form of Hafez, letter by letter."""

from core.messages import Messages

messages = Messages(__file__)
