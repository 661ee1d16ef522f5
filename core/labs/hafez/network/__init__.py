"""The recurrent network of letters, its training, and writing with it."""
