"""Compare a trained model on its own test set (home) with the same model on another source (there)."""
