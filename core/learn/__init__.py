"""What several labs share about learning: the record of a training, metrics of classifiers, model cards."""
