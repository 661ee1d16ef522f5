"""A generator of ghazals in the form of Hafez, letter by letter."""
