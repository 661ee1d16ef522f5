"""Forecast time series: windows over a series, recurrent models and their evaluation against naive forecasts."""
