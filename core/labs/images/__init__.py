"""Classifiers of images, from scratch and by transfer."""

from core.messages import Messages

messages = Messages(__file__)
