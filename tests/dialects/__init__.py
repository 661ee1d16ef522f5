"""Generate price files and tables in random dialects with known contents; see `python -m tests.dialects`."""
