"""Daily prices: reading, splitting, scaling, baselines and intervals, for both price labs."""

from core.messages import Messages

messages = Messages(__file__)
