"""Classifiers of short texts by emotion."""
