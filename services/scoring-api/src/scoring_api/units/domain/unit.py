"""A unit of the register and its dated facts; what they must agree with is checked next door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parindex.kernel.errors import DomainError
from scoring_api.units.domain.spans import in_force, last_of

TASKS = {
    "reform": "theo dõi cải cách hành chính",
    "procedures": "kiểm soát thủ tục hành chính",
    "one_stop": "Bộ phận Một cửa",
    "iso": "hệ thống quản lý chất lượng ISO",
}


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name with the days it was valid («tên gọi theo thời gian»); `valid_to` None is still valid."""

    name: str
    short_name: str
    head_title: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code by QĐ 20/2020/QĐ-TTg with its days («mã định danh điện tử»).

    `old_code` is the form of QCVN 102:2016/BTTTT that files still bear; either may be unknown.
    """

    code: str
    old_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ParentUnit:
    """The unit above and the days it was («đơn vị cấp trên»)."""

    unit: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """Who sees to a task in the unit («đầu mối»): an office or a position, in the unit's own words."""

    task: str
    holder: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Unit:
    """An assessed unit («đơn vị»): its code never changes, the rest does and is dated.

    `closes_on` is the last day that its level and kind exist by law, whatever its names say.
    """

    code: str
    level: str
    kind: str
    names: tuple[UnitName, ...]
    aliases: tuple[str, ...]
    identifiers: tuple[Identifier, ...] = ()
    parents: tuple[ParentUnit, ...] = ()
    focal_points: tuple[FocalPoint, ...] = ()
    closes_on: date | None = None

    @property
    def first_day(self) -> date:
        return min(name.valid_from for name in self.names)

    @property
    def last_day(self) -> date | None:
        """The last day of the unit's life; None while it lives."""
        newest = max(self.names, key=lambda name: name.valid_from)
        return last_of(newest.valid_to, self.closes_on)

    @property
    def latest_name(self) -> str:
        return max(self.names, key=lambda name: name.valid_from).name

    def lives_on(self, day: date) -> bool:
        last = self.last_day
        return self.first_day <= day and (last is None or day <= last)


def name_on(names: Sequence[UnitName], day: date) -> UnitName:
    """The name the unit bore that day, so that a 2022 result shows the 2022 name.

    Raises DomainError `unit_had_no_name` when it did not exist then.

    >>> first = UnitName("Sở Giao thông vận tải", "", "Giám đốc", date(1996, 1, 1), date(2025, 2, 28))
    >>> later = UnitName("Sở Xây dựng", "", "Giám đốc", date(2025, 3, 1), None)
    >>> name_on([first, later], date(2022, 12, 31)).name
    'Sở Giao thông vận tải'
    """
    found = in_force(names, day)
    if found is None:
        raise DomainError("unit_had_no_name", {"day": day.isoformat()})
    return found


def name_near(unit: Unit, day: date) -> str:
    """The name of that day, or the one nearest to it where the unit did not live then."""
    found = in_force(unit.names, day)
    if found is not None:
        return found.name
    return (
        min(unit.names, key=lambda name: name.valid_from).name if day < unit.first_day else unit.latest_name
    )
