"""Poems as sequences of letters, with their place in the form."""
