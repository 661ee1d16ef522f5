"""What a lecturer draws on the board, alive: every number is computed here, in NumPy alone."""
