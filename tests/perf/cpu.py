"""CPU time of whole process trees out of /proc: what a server burns for its clients, ended children included."""

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree_seconds(*roots: int) -> float:
    """User and system time of these processes and all their descendants, in seconds.

    A child that has ended is in its parent's account of waited-for children, so nothing is lost or counted twice.
    """
    fields = _all_fields()
    children: dict[int, list[int]] = {}
    for pid, found in fields.items():
        children.setdefault(int(found[1]), []).append(pid)
    ticks, waiting = 0, list(roots)
    while waiting:
        pid = waiting.pop()
        # utime, stime, cutime, cstime: fields 14 to 17 of proc(5), counted after the name
        ticks += sum(map(int, fields[pid][11:15]))
        waiting += children.get(pid, [])
    return ticks / TICKS


def _all_fields() -> dict[int, list[str]]:
    """The fields after the name of every process that runs now."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
    return found
