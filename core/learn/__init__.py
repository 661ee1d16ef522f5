"""Shared by the labs: the record of a training, metrics of classifiers, model cards."""
