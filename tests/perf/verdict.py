"""Pairs of measurements, their ratio, and the line that tells whether a budget holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Line:
    """One row of the table: what was measured, the middle with its spread, and the bound it must keep.

    Without a bound it is reported only.
    """

    name: str
    values: Sequence[float]
    bound: float | None
    unit: str = "×"
    note: str = ""

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def holds(self) -> bool:
        return self.bound is None or self.middle <= self.bound

    def cells(self) -> tuple[str, ...]:
        spread = f"{min(self.values):.2f} – {max(self.values):.2f}" if len(self.values) > 1 else ""
        budget, verdict = "", "reported"
        if self.bound is not None:
            budget, verdict = f"≤ {self.bound:g} {self.unit}", "holds" if self.holds else "EXCEEDED"
        return (
            self.name,
            f"{self.middle:.2f} {self.unit}",
            spread,
            budget,
            verdict,
            self.note,
        )


HEAD = ("work", "median", "spread", "budget", "", "")


def table(lines: Sequence[Line]) -> str:
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def interleaved(pairs: int, one: Callable[[], One], other: Callable[[], Other]) -> list[tuple[One, Other]]:
    """Pairs measured one right after the other, each second pair the other way round."""
    found = []
    for number in range(pairs):
        if number % 2:
            second = other()
            found.append((one(), second))
        else:
            first = one()
            found.append((first, other()))
    return found
