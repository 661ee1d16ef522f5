"""Shared by the labs: the record of a training, metrics of classifiers, model cards."""

from core.messages import Messages

messages = Messages(__file__)
