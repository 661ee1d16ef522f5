"""Charts and colours that several labs share."""

from core.messages import Messages

messages = Messages(__file__)
