"""Keras models of the labs: recurrent layers, models for series from a spec, weights files in less space."""
