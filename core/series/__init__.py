"""Forecasting: windows over a series, recurrent models, honest evaluation."""
