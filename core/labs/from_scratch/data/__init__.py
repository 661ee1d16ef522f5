"""Digits, faces and tables."""
