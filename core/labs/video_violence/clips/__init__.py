"""Video files and sets of labelled clips."""
