"""A detector of fights in video, from differences of frames."""

from core.messages import Messages

messages = Messages(__file__)
