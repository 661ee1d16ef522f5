"""Everything of Tamrin that can be tested without a browser."""
