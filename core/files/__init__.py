"""Readers of uploaded files: tables, archives, text, video. Nothing else in core parses them."""
