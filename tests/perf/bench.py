"""`make bench`: every speed budget against its yardstick of the same run, as one plain table."""

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

from tests.perf import ballots, editions, index, robustness, sealing, sipas
from tests.perf.verdict import Line, table

WORKS = {
    "ballot": ballots.measure,
    "index": index.measure,
    "edition": editions.measure,
    "robustness": robustness.measure,
    "sipas": sipas.measure,
    "sealing": sealing.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("works", nargs="*", choices=[*WORKS, "all"], default="all")
    named = parser.parse_args().works
    chosen = WORKS if "all" in named else named
    lines: list[Line] = []
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in chosen:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="parindex-bench-") as folder:
            lines += WORKS[name](Path(folder))
        print(f"{name}: measured in {time.monotonic() - started:.0f} s", flush=True)
    print()
    print(table(lines))


if __name__ == "__main__":
    main()
