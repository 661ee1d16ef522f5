"""One visit of a user: who it is, and the controls and the link of each page."""
