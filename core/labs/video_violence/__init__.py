"""A detector of fights in video, from differences of frames."""
