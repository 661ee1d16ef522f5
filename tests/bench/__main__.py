"""Run all benchmarks, or the named ones: `python -m tests.bench [NAME ...]`."""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":  # worker processes also import this file
    here = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    for name in sys.argv[1:] or [name for name in here if not name.endswith("_peer")]:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()
