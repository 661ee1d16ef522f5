"""Concept labs: one idea each, computed by hand and drawn."""
