"""Writing poems: requests, sampling, layout."""
