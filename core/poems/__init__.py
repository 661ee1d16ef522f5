"""Hafez: train a character-level recurrent network that writes ghazals, and measure it."""
