"""Emotion classification: which of six emotions a short English text is labelled with."""
