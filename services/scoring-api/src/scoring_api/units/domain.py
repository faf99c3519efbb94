"""A unit and the names it bore («đơn vị được đánh giá»)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from parindex.kernel.errors import DomainError, Fault

LEVELS = ("province", "department", "district", "commune")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name with the days it was valid («tên gọi theo thời gian»); `valid_to` None is still valid."""

    name: str
    short_name: str
    head_title: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Unit:
    """An assessed unit («đơn vị»): its code never changes, its names do."""

    code: str
    level: str
    kind: str
    names: tuple[UnitName, ...]
    aliases: tuple[str, ...]


def name_on(names: Sequence[UnitName], day: date) -> UnitName:
    """The name the unit bore that day, so that a 2022 result shows the 2022 name.

    Raises DomainError `unit_had_no_name` when it did not exist then.

    >>> first = UnitName("Sở Giao thông vận tải", "", "Giám đốc", date(1996, 1, 1), date(2025, 2, 28))
    >>> later = UnitName("Sở Xây dựng", "", "Giám đốc", date(2025, 3, 1), None)
    >>> name_on([first, later], date(2022, 12, 31)).name
    'Sở Giao thông vận tải'
    """
    for name in names:
        if name.valid_from <= day and (name.valid_to is None or day <= name.valid_to):
            return name
    raise DomainError("unit_had_no_name", {"day": day.isoformat()})


def check_unit(unit: Unit) -> None:
    """Raises DomainError `unit_invalid`: an unknown level, a name that ends before it begins, overlaps."""
    faults = []
    if unit.level not in LEVELS:
        faults.append(Fault("/level", "level_unknown", f"cấp phải là một trong: {', '.join(LEVELS)}"))
    ordered = sorted(unit.names, key=lambda name: name.valid_from)
    for index, name in enumerate(ordered):
        if name.valid_to is not None and name.valid_to < name.valid_from:
            faults.append(Fault(f"/names/{index}", "name_ends_early", "ngày kết thúc trước ngày bắt đầu"))
    for index, (earlier, later) in enumerate(pairwise(ordered)):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            faults.append(Fault(f"/names/{index + 1}", "names_overlap", "hai tên cùng có hiệu lực một ngày"))
    if faults:
        raise DomainError("unit_invalid", {"unit": unit.code}, tuple(faults))
