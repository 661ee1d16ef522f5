"""Attention over the parts of a picture while a caption is written."""
