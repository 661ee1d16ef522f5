"""Emotion in text: which of six emotions a short English text was tagged with."""
