"""The classifier of texts, in Keras for training and in NumPy for answers; its bag-of-words rival."""
