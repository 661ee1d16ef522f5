"""Parts that the concept labs share: drawings, formulas, exercises, cells and convolutions."""

from core.messages import Messages

messages = Messages(__file__)
