"""Text files of columns: encoding, separators, numbers, days, rows."""
