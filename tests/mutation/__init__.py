"""Change the code one thing at a time and see whether its tests notice: `python -m tests.mutation`."""
