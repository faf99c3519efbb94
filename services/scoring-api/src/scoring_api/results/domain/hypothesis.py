"""A supposition about a period, read from JSON with every fault; what it changes stands next door."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring_api.frameworks.domain.reading import Cursor, Findings

MOST_VALUES, MOST_LEAVES, MOST_FRAMEWORKS = 2_000, 500, 10
_SAID = ("value", "points", "not_applicable", "clear")
_TERMS = ("max_points", "rule", "missing", "not_applicable", "not_arising")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedValue:
    """Another content of one leaf of one unit («giả định giá trị»); without any it is supposed missing."""

    pointer: str
    unit: str
    leaf: str
    value: Mapping[str, Any] | None = None
    points: Decimal | None = None
    not_applicable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedLeaf:
    """Another maximum, rule or policy of a leaf («giả định cách tính»): attributes of its definition."""

    pointer: str
    framework: str
    key: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedFramework:
    """A whole criteria set in the place of the one of the same code («giả định bộ tiêu chí»)."""

    pointer: str
    code: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """What is supposed («giả định»): criteria sets first, then leaves of them, then values."""

    values: tuple[SupposedValue, ...]
    leaves: tuple[SupposedLeaf, ...]
    frameworks: tuple[SupposedFramework, ...]


def read_hypothesis(data: Mapping[str, Any]) -> Hypothesis:
    """The supposition a JSON object states. Raises DomainError `hypothesis_invalid` with every fault.

    >>> found = read_hypothesis({"values": [{"unit": "so-y-te", "leaf": "I/1", "points": "1.5"}]})
    >>> found.values[0].points
    Decimal('1.5')
    """
    findings = Findings()
    cursor = Cursor(data, "", findings)
    cursor.known({"values", "leaves", "frameworks"})
    found = Hypothesis(
        values=tuple(_value(row) for row in cursor.rows("values", most=MOST_VALUES)),
        leaves=tuple(_leaf(row) for row in cursor.rows("leaves", most=MOST_LEAVES)),
        frameworks=tuple(_framework(row) for row in cursor.rows("frameworks", most=MOST_FRAMEWORKS)),
    )
    if not (found.values or found.leaves or found.frameworks or findings.faults):
        cursor.fault("", "nothing_supposed", "chưa nêu giả định nào")
    _refuse_doubles(findings, found)
    findings.refuse("hypothesis_invalid")
    return found


def _value(row: Cursor) -> SupposedValue:
    row.known({"unit", "leaf", *_SAID})
    if sum(name in row.data for name in _SAID) != 1:
        row.fault("", "say_one_thing", f"phải nêu đúng một trong: {', '.join(_SAID)}")
    for name in ("not_applicable", "clear"):
        if name in row.data and row.data[name] is not True:
            row.fault(name, "not_true", "chỉ nhận true; không giả định thì bỏ thuộc tính này")
    value = row.part("value") if "value" in row.data else None
    return SupposedValue(
        pointer=row.pointer,
        unit=row.text("unit", limit=80),
        leaf=row.text("leaf", limit=200),
        value=value.data if value is not None else None,
        points=row.figure("points") if "points" in row.data else None,
        not_applicable="not_applicable" in row.data,
    )


def _leaf(row: Cursor) -> SupposedLeaf:
    row.known({"framework", "key", *_TERMS})
    terms = {name: row.data[name] for name in _TERMS if name in row.data}
    if not terms:
        row.fault("", "nothing_supposed", f"phải nêu ít nhất một trong: {', '.join(_TERMS)}")
    return SupposedLeaf(
        pointer=row.pointer,
        framework=row.text("framework", limit=80),
        key=row.text("key", limit=500),
        terms=terms,
    )


def _framework(row: Cursor) -> SupposedFramework:
    return SupposedFramework(pointer=row.pointer, code=row.text("code", limit=80), definition=row.data)


def _refuse_doubles(findings: Findings, found: Hypothesis) -> None:
    rows = [
        *((row.pointer, ("value", row.unit, row.leaf)) for row in found.values),
        *((row.pointer, ("leaf", row.framework, row.key)) for row in found.leaves),
        *((row.pointer, ("framework", row.code)) for row in found.frameworks),
    ]
    seen: set[tuple[str, ...]] = set()
    for pointer, place in rows:
        if place in seen:
            findings.add(pointer, "supposed_twice", "giả định hai lần về cùng một mục")
        seen.add(place)
