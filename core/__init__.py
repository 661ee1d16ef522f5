"""Logic of Tamrin: everything that can be tested without a browser."""
