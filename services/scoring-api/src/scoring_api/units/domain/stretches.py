"""Facts out of stretches of days: neighbouring rows of a table that say the same are one fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scoring_api.units.domain.spans import DAY
from scoring_api.units.domain.unit import TASKS, FocalPoint, Identifier, ParentUnit, UnitName


class Stretch(NamedTuple):
    """One row of a unit («một dòng»)."""

    number: int
    start: date
    end: date | None
    cells: Mapping[str, str]


@dataclass(slots=True)
class StretchFacts:
    """The dated facts of one unit out of its rows: neighbouring rows that say the same are one fact."""

    rows: Sequence[Stretch]
    places: dict[str, tuple[int, str]]

    def names(self) -> tuple[UnitName, ...]:
        found = self._runs("names", ("name", "short_name", "head_title"), "valid_from")
        return tuple(
            UnitName(name, short or name, head, start, end) for (name, short, head), start, end in found
        )

    def identifiers(self) -> tuple[Identifier, ...]:
        found = self._runs("identifiers", ("identifier", "old_identifier"), "identifier")
        return tuple(Identifier(code.upper(), old.upper(), start, end) for (code, old), start, end in found)

    def parents(self) -> tuple[ParentUnit, ...]:
        found = self._runs("parents", ("parent",), "parent")
        return tuple(ParentUnit(code, start, end) for (code,), start, end in found)

    def focal_points(self) -> tuple[FocalPoint, ...]:
        points: list[FocalPoint] = []
        for task in TASKS:
            found = self._runs("focal_points", (task,), task, after=len(points))
            points += [FocalPoint(task, holder, start, end) for (holder,), start, end in found]
        return tuple(points)

    def _runs(
        self, attribute: str, columns: Sequence[str], shown: str, after: int = 0
    ) -> list[tuple[tuple[str, ...], date, date | None]]:
        runs: list[tuple[tuple[str, ...], date, date | None]] = []
        for row in self.rows:
            said = tuple(row.cells.get(column, "") for column in columns)
            last = runs[-1] if runs else None
            if last is not None and last[0] == said and last[2] is not None and last[2] + DAY == row.start:
                runs[-1] = (said, last[1], row.end)
            elif any(said):
                self.places[f"/{attribute}/{after + len(runs)}"] = (row.number, shown)
                runs.append((said, row.start, row.end))
        return runs
