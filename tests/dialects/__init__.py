"""Price files and tables in dialects made by lot, whose right reading is known; see `python -m tests.dialects`."""
