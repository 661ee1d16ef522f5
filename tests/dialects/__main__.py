"""Read files in random dialects; print how many were read exactly, asked about, refused, and wrong.

python -m tests.dialects [--count 20000] [--seed 0] [--as prices|table] [--only N]
"""

import argparse
import sys
import time
from collections import Counter

from tests.dialects import kinds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--as", dest="kind", choices=tuple(kinds.KINDS), default="prices")
    parser.add_argument("--only", type=int, help="one file: print it and its verdict")
    parser.add_argument("--show", type=int, default=20, help="faults that are printed")
    chosen = parser.parse_args()
    if chosen.only is not None:
        return _one(chosen.kind, f"{chosen.seed}-{chosen.only}")
    counts, asked, start, shown = Counter(), Counter(), time.process_time(), 0
    for number in range(chosen.count):
        made, (verdict, why) = kinds.judged(chosen.kind, f"{chosen.seed}-{number}")
        counts[verdict] += 1
        asked.update([why] if verdict == "asked" else [])
        if verdict == "wrong" and (shown := shown + 1) <= chosen.show:
            print(f"{number}: {why[:300]}\n    {made.dialect}", flush=True)
        if number % 1000 == 999:
            print(f"{number + 1:,}: {dict(counts)}", file=sys.stderr, flush=True)
    print(f"{chosen.count:,} files in {time.process_time() - start:.0f} s of processor time: {dict(counts)}")
    print(f"asked: {dict(asked.most_common())}")
    return int(counts["wrong"] > 0)


def _one(kind: str, seed: str) -> int:
    made, (verdict, why) = kinds.judged(kind, seed)
    print(made.content[:1500].decode(made.dialect["encoding"], "replace"))
    print(f"{made.dialect}\nright {made.right}\n{verdict}: {why}")
    return int(verdict == "wrong")


if __name__ == "__main__":
    sys.exit(main())
