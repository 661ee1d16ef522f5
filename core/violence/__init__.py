"""Violence detection in video: a probability of a fight from the motion in a clip, and how reliable it is."""
