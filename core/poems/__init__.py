"""Hafez: a character-level recurrent network that writes ghazals, and what can be measured about it."""
