"""Run benchmarks: ratios against peers measured in the same run; no tests."""
