"""Units as rows of a table: a row is a stretch of days in which nothing of a unit changed."""

from collections.abc import Iterable, Mapping
from datetime import date

from scoring_api.units.domain.levels import Levels
from scoring_api.units.domain.spans import DAY, Dated, day_text, in_force
from scoring_api.units.domain.unit import TASKS, Unit

TITLES: Mapping[str, str] = {
    "code": "Mã đơn vị",
    "level": "Cấp",
    "kind": "Loại",
    "name": "Tên đơn vị",
    "short_name": "Tên gọi tắt",
    "head_title": "Chức danh người đứng đầu",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
    "identifier": "Mã định danh",
    "old_identifier": "Mã định danh cũ",
    "parent": "Mã đơn vị cấp trên",
    "aliases": "Tên khác",
    "reform": "Đầu mối theo dõi CCHC",
    "procedures": "Đầu mối kiểm soát TTHC",
    "one_stop": "Đầu mối Bộ phận Một cửa",
    "iso": "Đầu mối ISO",
}
"""Columns by name: names head CSV, titles head XLSX, and both are read."""
REQUIRED = ("code", "level", "kind", "name", "short_name", "head_title", "valid_from", "valid_to")
SEPARATOR = "; "


def unit_rows(unit: Unit) -> list[dict[str, str]]:
    """The unit's rows in the order of their days; what is unknown is empty.

    >>> from scoring_api.units.domain.unit import UnitName
    >>> first = UnitName("Sở Giao thông", "Giao thông", "", date(2021, 1, 1), date(2022, 12, 31))
    >>> later = UnitName("Sở Xây dựng", "Xây dựng", "", date(2023, 1, 1), None)
    >>> unit = Unit("so-xay-dung", "department", "so", (first, later), ())
    >>> [(row["name"], row["valid_from"], row["valid_to"]) for row in unit_rows(unit)]
    [('Sở Giao thông', '2021-01-01', '2022-12-31'), ('Sở Xây dựng', '2023-01-01', '')]
    """
    last = max(unit.names, key=lambda name: name.valid_from).valid_to
    starts = sorted(day for day in _changes(_facts(unit)) if day >= unit.first_day and _within(day, last))
    ends = [*(day - DAY for day in starts[1:]), last]
    rows: list[dict[str, str]] = []
    for start, end in zip(starts, ends, strict=True):
        row = _row(unit, start, end)
        if rows and _continues(rows[-1], row, start):
            rows[-1]["valid_to"] = row["valid_to"]
        elif row["name"]:
            rows.append(row)
    return rows


def _continues(earlier: Mapping[str, str], later: Mapping[str, str], start: date) -> bool:
    """Whether the later row begins where the earlier ends and says the same."""
    days = {"valid_from": "", "valid_to": ""}
    return earlier["valid_to"] == (start - DAY).isoformat() and {**earlier, **days} == {**later, **days}


def _within(day: date, last: date | None) -> bool:
    return last is None or day <= last


def _facts(unit: Unit) -> Iterable[Dated]:
    yield from unit.names
    yield from unit.identifiers
    yield from unit.parents
    yield from unit.focal_points


def _changes(facts: Iterable[Dated]) -> set[date]:
    days = set()
    for fact in facts:
        days.add(fact.valid_from)
        if fact.valid_to is not None and fact.valid_to < date.max:
            days.add(fact.valid_to + DAY)
    return days


def _row(unit: Unit, start: date, end: date | None) -> dict[str, str]:
    name = in_force(unit.names, start)
    identifier, parent = in_force(unit.identifiers, start), in_force(unit.parents, start)
    found = {
        "code": unit.code,
        "level": unit.level,
        "kind": unit.kind,
        "name": name.name if name else "",
        "short_name": name.short_name if name else "",
        "head_title": name.head_title if name else "",
        "valid_from": start.isoformat(),
        "valid_to": end.isoformat() if end else "",
        "identifier": identifier.code if identifier else "",
        "old_identifier": identifier.old_code if identifier else "",
        "parent": parent.unit if parent else "",
        "aliases": SEPARATOR.join(sorted(unit.aliases)),
    }
    for task in TASKS:
        point = in_force((point for point in unit.focal_points if point.task == task), start)
        found[task] = point.holder if point else ""
    return found


def labelled(row: Mapping[str, str], known: Levels) -> dict[str, str]:
    """The row as people read it: levels and kinds by name, days as in a document."""
    level, kind = known.levels.get(row["level"]), known.kinds.get(row["kind"])
    days = {
        name: day_text(date.fromisoformat(row[name])) if row[name] else ""
        for name in ("valid_from", "valid_to")
    }
    return {
        **row,
        "level": level.name if level else row["level"],
        "kind": kind.name if kind else row["kind"],
        **days,
    }
