"""How recurrent networks are wired: one to many, many to one, bidirectional."""

from core.messages import Messages

messages = Messages(__file__)
