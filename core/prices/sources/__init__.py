"""Sources of prices, their cache on disk, and the repair of what they send."""
