"""The recurrent network of letters and its training."""
