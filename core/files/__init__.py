"""Readers of the files that people bring: tables, archives, text, video. Nothing else in core parses them."""
