"""What became of units: merged, split, renamed, dissolved; which years compare is not told here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

from parindex.kernel.errors import Fault
from scoring_api.units.domain.spans import DAY, day_text, last_of
from scoring_api.units.domain.unit import FocalPoint, Identifier, ParentUnit, Unit, UnitName

Fact = TypeVar("Fact", UnitName, Identifier, ParentUnit, FocalPoint)

SuccessionKind = Literal["merge", "split", "rename", "reorganization", "dissolution"]
KIND_NAMES: Mapping[str, str] = {
    "merge": "hợp nhất, sáp nhập",
    "split": "chia, tách",
    "rename": "đổi tên",
    "reorganization": "sắp xếp lại",
    "dissolution": "giải thể",
}
_MANY = 10**6
_SHAPES: Mapping[str, tuple[int, int, int, int]] = {
    "merge": (2, _MANY, 1, 1),
    "split": (1, 1, 2, _MANY),
    "rename": (1, 1, 1, 1),
    "reorganization": (2, _MANY, 2, _MANY),
    "dissolution": (1, _MANY, 0, 0),
}
"""Least and most predecessors, least and most successors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """The document that ordered it («căn cứ pháp lý»)."""

    number: str
    date: str = ""
    issuer: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Units that others take the place of («kế thừa»), from the day `effective_on`.

    A unit that goes on stands on both sides: Sở Xây dựng took in Sở Giao thông vận tải on 01/03/2025, both
    were before it and Sở Xây dựng is after it.
    """

    kind: SuccessionKind
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    effective_on: date
    legal_basis: LegalBasis

    @property
    def ending(self) -> list[str]:
        """Predecessors that end with the day before."""
        return [code for code in self.predecessors if code not in self.successors]

    @property
    def units(self) -> list[str]:
        return list(dict.fromkeys((*self.predecessors, *self.successors)))


def shape_faults(new: Succession, register: Mapping[str, Unit]) -> Iterator[Fault]:
    """Too few or many units for the kind, one named twice on a side, one that nobody registered."""
    least, most, least_after, most_after = _SHAPES[new.kind]
    if not least <= len(new.predecessors) <= most:
        yield Fault("/predecessors", "succession_shape", _wanted(new.kind, "đơn vị cũ", least, most))
    if not least_after <= len(new.successors) <= most_after:
        said = _wanted(new.kind, "đơn vị mới", least_after, most_after)
        yield Fault("/successors", "succession_shape", said)
    if new.kind == "rename" and new.predecessors == new.successors:
        said = "đơn vị giữ mã thì chỉ cần thêm tên mới vào danh mục"
        yield Fault("/successors", "succession_of_itself", said)
    for side, codes in (("predecessors", new.predecessors), ("successors", new.successors)):
        for place, code in enumerate(codes):
            if code in codes[:place]:
                yield Fault(f"/{side}/{place}", "unit_repeated", "đơn vị khai hai lần")
            if code not in register:
                yield Fault(f"/{side}/{place}", "unit_unknown", f"chưa có đơn vị {code}")


def _wanted(kind: str, side: str, least: int, most: int) -> str:
    if most == 0:
        return f"{KIND_NAMES[kind]} không có {side}"
    count = f"đúng {least}" if least == most else f"ít nhất {least}"
    return f"{KIND_NAMES[kind]} cần {count} {side}"


def closed(unit: Unit, last: date) -> Unit:
    """The unit ended with that day, its facts with it, if its latest name is still open."""
    newest = max(unit.names, key=lambda name: name.valid_from)
    if newest.valid_to is not None or newest.valid_from > last:
        return unit
    return replace(
        unit,
        names=_cut(unit.names, last),
        identifiers=_cut(unit.identifiers, last),
        parents=_cut(unit.parents, last),
        focal_points=_cut(unit.focal_points, last),
    )


def _cut(facts: Sequence[Fact], last: date) -> tuple[Fact, ...]:
    return tuple(
        replace(fact, valid_to=last_of(fact.valid_to, last)) for fact in facts if fact.valid_from <= last
    )


def disagreement(succession: Succession, unit: Unit) -> tuple[str, str] | None:
    """Code and sentence where the unit's life does not agree with the succession's day.

    A predecessor ends with the day before, a successor begins on the day, and what stands on both sides lives
    through it. No unit can so come after itself: it would have to begin on a day after its own end.
    """
    day, before, name = succession.effective_on, succession.effective_on - DAY, unit.latest_name
    stays, ends = unit.code in succession.successors, unit.code in succession.predecessors
    if ends and not unit.lives_on(before):
        return "predecessor_not_living", f"{name} không tồn tại ngày {day_text(before)}"
    if ends and stays and not unit.lives_on(day):
        return "predecessor_ends", f"{name} ghi ở cả hai bên nhưng không còn từ {day_text(day)}"
    if ends and not stays and unit.lives_on(day):
        return "predecessor_lives_on", f"{name} phải kết thúc ngày {day_text(before)}"
    if not ends and unit.first_day != day:
        said = f"{name} có từ {day_text(unit.first_day)}: đơn vị mới phải có từ {day_text(day)};"
        return "successor_begins_otherwise", f"{said} đơn vị đã có từ trước thì ghi ở cả hai bên"
    return None


def agreement_faults(succession: Succession, register: Mapping[str, Unit]) -> Iterator[Fault]:
    """Where the lives of the succession's units do not agree with its day; each unit is told of once."""
    fresh = [code for code in succession.successors if code not in succession.predecessors]
    for code in dict.fromkeys((*succession.predecessors, *fresh)):
        unit = register.get(code)
        found = disagreement(succession, unit) if unit is not None else None
        if found is not None:
            first = code in succession.predecessors
            side, codes = (
                ("predecessors", succession.predecessors) if first else ("successors", succession.successors)
            )
            yield Fault(f"/{side}/{codes.index(code)}", *found)


def repeated_faults(new: Succession, known: Iterable[Succession]) -> Iterator[Fault]:
    """A unit ends once and begins once, and goes through one succession a day."""
    for other in known:
        for side, codes, theirs in (
            ("predecessors", new.predecessors, other.predecessors),
            ("successors", new.successors, other.successors),
        ):
            for place, code in enumerate(codes):
                same_day = other.effective_on == new.effective_on
                if code in theirs and same_day:
                    said = f"ngày {day_text(new.effective_on)} đơn vị đã có một lần {KIND_NAMES[other.kind]}"
                    yield Fault(f"/{side}/{place}", "succession_repeated", said)


def heirs_on(code: str, day: date, known: Sequence[Succession], register: Mapping[str, Unit]) -> list[str]:
    """The units that live on `day` in the place of one that no longer does, in the order of the documents."""
    found: list[str] = []
    waiting = [code]
    seen: set[str] = set()
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        unit = register.get(current)
        if current != code and unit is not None and unit.lives_on(day):
            found.append(current)
            continue
        for succession in known:
            if current in succession.ending and succession.effective_on <= day:
                waiting += [after for after in succession.successors if after not in seen]
    return found
