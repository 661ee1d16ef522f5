"""Measures of poems: bits per letter, metre, rhyme, copying."""
