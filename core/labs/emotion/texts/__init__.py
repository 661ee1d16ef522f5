"""Labelled texts from files of many shapes."""
