"""Classifiers of pictures, from scratch and by transfer."""
