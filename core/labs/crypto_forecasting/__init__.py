"""Forecasts of cryptocurrency prices some days ahead."""
