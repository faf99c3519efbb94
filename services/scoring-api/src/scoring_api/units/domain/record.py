"""A unit as plain data: what the API answers, what its version is told by, what the audit keeps."""

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from scoring_api.units.domain.unit import Unit

_DATED = ("names", "identifiers", "parents", "focal_points")


def unit_record(unit: Unit, *, internal: bool) -> dict[str, Any]:
    """The unit with its facts in the order of their days; focal points are for the administration alone."""
    found: dict[str, Any] = {
        "code": unit.code,
        "level": unit.level,
        "kind": unit.kind,
        "first_day": unit.first_day.isoformat(),
        "last_day": unit.last_day.isoformat() if unit.last_day else None,
        "aliases": sorted(unit.aliases),
    }
    for attribute in _DATED:
        if internal or attribute != "focal_points":
            found[attribute] = _facts(getattr(unit, attribute))
    return found


def _facts(facts: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        _plain(fact) for fact in sorted(facts, key=lambda fact: (fact.valid_from, getattr(fact, "task", "")))
    ]


def _plain(fact: Any) -> dict[str, Any]:
    assert is_dataclass(fact)
    assert not isinstance(fact, type)
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(fact).items()
    }


def changes(before: Unit, after: Unit) -> dict[str, dict[str, Any]]:
    """The attributes that differ, each as it was and as it is."""
    old, new = unit_record(before, internal=True), unit_record(after, internal=True)
    return {name: {"before": old[name], "after": new[name]} for name in new if old[name] != new[name]}
