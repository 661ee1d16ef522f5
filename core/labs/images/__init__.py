"""Classifiers of images, from scratch and by transfer."""
