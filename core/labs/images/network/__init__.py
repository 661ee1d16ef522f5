"""Convolutional networks, their transfer, and what they respond to."""
