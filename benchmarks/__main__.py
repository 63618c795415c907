"""Run every benchmark of this folder, one after the other: `python -m benchmarks` (or `make bench`).

A benchmark is a file `bench_SUBJECT.py` with a `main()` that prints a table with a baseline measured in the
same run. One that cannot run here (no `../shared`, no `train` extra) says so and the rest go on.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Run each in a process of its own, so that peak memory is its own; 1 if any failed."""
    wanted = set(sys.argv[1:])
    failed = []
    for path in sorted(FOLDER.glob("bench_*.py")):
        if wanted and path.stem not in wanted and path.stem.removeprefix("bench_") not in wanted:
            continue
        print(f"\n== {path.stem}", flush=True)
        start = time.perf_counter()
        done = subprocess.run([sys.executable, str(path)], check=False)
        print(f"   ({time.perf_counter() - start:.0f} s)", flush=True)
        if done.returncode:
            failed.append(path.stem)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
