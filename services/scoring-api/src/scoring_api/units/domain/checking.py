"""Whether a unit may stand in the register: its own facts, and what they say of the others'."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import match_key
from scoring_api.units.domain.identifiers import is_identifier, is_old_identifier
from scoring_api.units.domain.levels import Levels, level_faults
from scoring_api.units.domain.spans import Dated, day_text, in_force, last_of, meet, span_faults
from scoring_api.units.domain.unit import TASKS, Identifier, Unit

RESERVED = frozenset({"import", "kinds", "levels", "resolve", "successions", "table"})
"""Words that addresses of the register use themselves."""


def check_unit(unit: Unit, known: Levels) -> None:
    """Raises DomainError `unit_invalid` with every fault of the unit by itself."""
    faults = unit_faults(unit, known)
    if faults:
        raise DomainError("unit_invalid", {"unit": unit.code}, tuple(faults))


def unit_faults(unit: Unit, known: Levels) -> list[Fault]:
    """Everything wrong with the unit by itself: its level, spans of days, forms of codes, words."""
    faults = list(level_faults(unit, known))
    if unit.code in RESERVED:
        faults.append(Fault("/code", "code_reserved", "mã này hệ thống dùng cho việc khác"))
    faults += span_faults("/names", unit.names, gapless=True)
    faults += span_faults("/identifiers", unit.identifiers)
    faults += span_faults("/parents", unit.parents)
    faults += _identifier_form_faults(unit.identifiers)
    faults += _focal_point_faults(unit)
    faults += _outside_faults(unit)
    for place, alias in enumerate(unit.aliases):
        if not match_key(alias) or ";" in alias:
            said = "tên khác phải có chữ hoặc số và không có dấu chấm phẩy"
            faults.append(Fault(f"/aliases/{place}", "alias_malformed", said))
    for place, parent in enumerate(unit.parents):
        if parent.unit == unit.code:
            faults.append(
                Fault(f"/parents/{place}/unit", "parent_is_itself", "đơn vị không là cấp trên của mình")
            )
    return faults


def _identifier_form_faults(identifiers: Sequence[Identifier]) -> Iterator[Fault]:
    for place, found in enumerate(identifiers):
        if found.code and not is_identifier(found.code):
            said = (
                "mã định danh dạng H23.14: chữ cái, hai chữ số, các nhóm cách nhau dấu chấm, tối đa 35 ký tự"
            )
            yield Fault(f"/identifiers/{place}/code", "identifier_malformed", said)
        if found.old_code and not is_old_identifier(found.old_code):
            said = "mã định danh cũ dạng 000.00.14.H23"
            yield Fault(f"/identifiers/{place}/old_code", "identifier_malformed", said)
        if not found.code and not found.old_code:
            said = "ghi mã định danh hoặc bỏ cả mục khi chưa biết"
            yield Fault(f"/identifiers/{place}/code", "identifier_empty", said)


def _focal_point_faults(unit: Unit) -> Iterator[Fault]:
    for place, point in enumerate(unit.focal_points):
        if point.task not in TASKS:
            said = f"việc phải là một trong: {', '.join(TASKS)}"
            yield Fault(f"/focal_points/{place}/task", "task_unknown", said)
    for task in TASKS:
        places = [place for place, point in enumerate(unit.focal_points) if point.task == task]
        for fault in span_faults("", [unit.focal_points[place] for place in places]):
            own = places[int(fault.pointer[1:])]
            yield Fault(f"/focal_points/{own}", fault.code, fault.detail)


def _outside_faults(unit: Unit) -> Iterator[Fault]:
    """What is said of days that the unit's names do not cover."""
    first = unit.first_day
    last = max(unit.names, key=lambda name: name.valid_from).valid_to
    listed: tuple[tuple[str, Sequence[Dated]], ...] = (
        ("identifiers", unit.identifiers),
        ("parents", unit.parents),
        ("focal_points", unit.focal_points),
    )
    for attribute, facts in listed:
        for place, fact in enumerate(facts):
            late = last is not None and max(fact.valid_from, fact.valid_to or last) > last
            if fact.valid_from < first or late:
                said = "nằm ngoài thời gian đơn vị có tên"
                yield Fault(f"/{attribute}/{place}", "outside_life", said)


class Register:
    """Every unit as it would stand («danh mục đơn vị»), laid out for what units say of each other."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self.units = units
        self.bearers: dict[str, list[tuple[Unit, Identifier]]] = defaultdict(list)
        self.below: dict[str, list[Unit]] = defaultdict(list)
        for unit in units.values():
            for found in unit.identifiers:
                for code in {found.code, found.old_code} - {""}:
                    self.bearers[code].append((unit, found))
            for above in {parent.unit for parent in unit.parents}:
                self.below[above].append(unit)


def register_faults(unit: Unit, register: Register) -> list[Fault]:
    """What the unit's facts say against other units: identifiers borne twice on a day, parents amiss."""
    return [
        *_identifier_faults(unit, register),
        *parent_faults(unit, register.units),
        *_circle_faults(unit, register.units),
    ]


def _identifier_faults(unit: Unit, register: Register) -> Iterator[Fault]:
    for place, own in enumerate(unit.identifiers):
        bearers = [row for code in (own.code, own.old_code) if code for row in register.bearers[code]]
        for other, theirs in bearers:
            if other.code != unit.code and _meet_alive(unit, own, other, theirs):
                since = day_text(max(own.valid_from, theirs.valid_from))
                said = f"ngày {since} mã này đang là của {other.latest_name} ({other.code})"
                yield Fault(f"/identifiers/{place}", "identifier_taken", said)
                break


def _meet_alive(unit: Unit, own: Dated, other: Unit, theirs: Dated) -> bool:
    """Whether both codes are in force on a day that both units live."""
    if not meet(own, theirs):
        return False
    first = max(own.valid_from, theirs.valid_from, unit.first_day, other.first_day)
    last = last_of(own.valid_to, theirs.valid_to, unit.last_day, other.last_day)
    return last is None or first <= last


def parent_faults(unit: Unit, units: Mapping[str, Unit]) -> Iterator[Fault]:
    """Parents that are not there, or not then."""
    for place, found in enumerate(unit.parents):
        parent = units.get(found.unit)
        if parent is None:
            yield Fault(f"/parents/{place}/unit", "unit_unknown", f"chưa có đơn vị {found.unit}")
            continue
        day = max(found.valid_from, unit.first_day)
        if not parent.lives_on(day) or (found.valid_to and not parent.lives_on(found.valid_to)):
            said = f"{parent.latest_name} không tồn tại suốt thời gian này"
            yield Fault(f"/parents/{place}", "parent_not_living", said)


def _circle_faults(unit: Unit, units: Mapping[str, Unit]) -> Iterator[Fault]:
    """A unit above itself on some day: each line of parents is followed for the days that all of it holds."""
    waiting = [(found.unit, found.valid_from, found.valid_to) for found in unit.parents]
    seen = set(waiting)
    while waiting:
        code, first, last = waiting.pop()
        if code == unit.code:
            said = f"ngày {day_text(first)} đơn vị thành cấp trên của chính mình"
            yield Fault("/parents", "parents_in_a_circle", said)
            return
        for above in units[code].parents if code in units else ():
            step = (above.unit, max(first, above.valid_from), last_of(last, above.valid_to))
            if step not in seen and (step[2] is None or step[1] <= step[2]):
                seen.add(step)
                waiting.append(step)


def parent_on(unit: Unit, day: date, living: Collection[str]) -> str:
    """The unit above on that day, if it lived; `living` are the units of the day."""
    found = in_force(unit.parents, day)
    return found.unit if found is not None and found.unit in living else ""
