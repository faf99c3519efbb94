"""Whom one appraiser may judge: never the own unit, none with a conflict, only what is assigned."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.kernel.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How something that was said stopped being so («chấm dứt»)."""

    reason: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What an appraiser has to judge («phân công thẩm định»); an empty unit or area is every one."""

    id: UUID
    appraiser: str
    unit: str
    area: str
    author: str
    at: datetime
    ending: Ending | None = None

    def covers(self, unit: str, area: str) -> bool:
        """Whether it holds for an area of a unit.

        >>> from uuid import UUID
        >>> said = {"id": UUID(int=1), "author": "quan-tri-01", "at": datetime.max}
        >>> given = Assignment(appraiser="to-thu-ky-01", unit="", area="I/3", **said)
        >>> given.covers("so-y-te", "I/3"), given.covers("so-y-te", "I/7")
        (True, False)
        """
        return self.ending is None and self.unit in {"", unit} and self.area in {"", area}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An appraiser who shall not judge a unit («xung đột lợi ích»), and why."""

    id: UUID
    appraiser: str
    unit: str
    reason: str
    author: str
    at: datetime
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The bounds of one appraiser in one period («phạm vi thẩm định»).

    `units` and `areas` are those of the token, `conflicts` units that are barred. With assignments in the
    period only they open an area of a unit; without any the token's areas do, all of them if it names none.
    """

    appraiser: str
    units: frozenset[str]
    areas: frozenset[str]
    conflicts: frozenset[str]
    assignments: tuple[Assignment, ...]

    def require_unit(self, unit: str) -> None:
        """Raises DomainError `own_unit`, `conflict_declared`."""
        if unit in self.units:
            raise DomainError("own_unit", {"unit": unit})
        if unit in self.conflicts:
            raise DomainError("conflict_declared", {"unit": unit})

    def require(self, unit: str, area: str) -> None:
        """Raises DomainError `own_unit`, `conflict_declared`, `foreign_area`, `area_not_assigned`."""
        self.require_unit(unit)
        if self.areas and area not in self.areas:
            raise DomainError("foreign_area", {"area": area})
        given = [row for row in self.assignments if row.ending is None]
        if given and not any(row.appraiser == self.appraiser and row.covers(unit, area) for row in given):
            raise DomainError("area_not_assigned", {"unit": unit, "area": area})

    def refusal(self, unit: str, area: str) -> str:
        """The code of what bars the area of the unit; empty when nothing does."""
        try:
            self.require(unit, area)
        except DomainError as barred:
            return barred.code
        return ""

    @property
    def assigned(self) -> bool:
        """Whether the period works by assignments."""
        return any(row.ending is None for row in self.assignments)
