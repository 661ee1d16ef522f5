"""Daily prices: reading, splitting, scaling, baselines and intervals, for both price labs."""
