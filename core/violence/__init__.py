"""Violence in video: what a network makes of the motion in a clip, and how far that can be trusted."""
