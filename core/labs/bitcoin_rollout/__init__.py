"""A forecast of Bitcoin's price that is fed with its own output, day by day."""
