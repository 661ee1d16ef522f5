"""Gradients over many steps: vanishing, exploding, clipping."""

from core.messages import Messages

messages = Messages(__file__)
