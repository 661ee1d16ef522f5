"""Volatility lab: forecast how much a price will move, with networks beside linear models and GARCH."""

from core.messages import Messages

messages = Messages(__file__)
