"""A framework of 120 leaves mixed like the issued ones, and units with values and survey counts for it."""

import random
from collections.abc import Iterator
from typing import Any

from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, TallyCell, UnitInput
from tests.unit.scoring.framework_json import RATIO, Json, area, document, leaf

# Of 15 leaves an area: the shares of the two issued frameworks of Hải Dương 2022.
KINDS = (*["ratio"] * 6, *["choice"] * 5, "bands", "deduct", "per_item", "survey")
AREAS, GROUPS, OPTIONS = 8, ("dai-bieu-hdnd-tinh", "lanh-dao-cap-huyen", "lanh-dao-so-nganh"), "ABCD"
LEVELS = [
    {"code": code, "label": code, "points": points}
    for code, points in (("day-du", "0.5"), ("cham", "0.25"), ("khong", "0"))
]
BANDS = [{"from": bound, "points": points} for bound, points in ((None, "0"), ("50", "0.25"), ("100", "1"))]
RULES: dict[str, Json] = {
    "ratio": RATIO,
    "choice": {"measure": {"kind": "choice"}, "scale": {"kind": "table", "levels": LEVELS}},
    "bands": {"measure": {"kind": "ratio"}, "scale": {"kind": "table", "bands": BANDS}},
    "deduct": {"measure": {"kind": "count"}, "scale": {"kind": "deduct", "points_each": "0.25"}},
    "per_item": {"measure": {"kind": "count"}, "scale": {"kind": "per_item", "points_each": "0.5"}},
}


def framework() -> Framework:
    return parse_framework(document(*(_area(number) for number in range(1, AREAS + 1))))


def _area(number: int) -> Json:
    leaves = [_leaf(number, place, kind) for place, kind in enumerate(KINDS, 1)]
    return area(str(number), "12.5", *leaves)  # ten leaves of 1 point and five choices of 0.5: 8 × 12.5 = 100


def _leaf(number: int, place: int, kind: str) -> Json:
    if kind != "survey":
        return leaf(str(place), "0.5" if kind == "choice" else "1", RULES[kind])
    options = dict(zip(OPTIONS, ("100", "60", "20", "0"), strict=True))
    question = {"code": f"c{number}", "weight": "1", "options": options}
    measure = {
        "kind": "survey",
        "questionnaires": ["to-chuc-so"],
        "questions": [question],
        "combine": "pool",
        "groups": [],
        "minimum": 1,
    }
    return leaf(str(place), "1", {"measure": measure, "scale": RATIO["scale"]}, source="survey")


def units(parsed: Framework, number: int) -> Iterator[UnitInput]:
    """Units one by one, each with an entry of its own for every leaf; values are drawn from 500 of a kind."""
    chance = random.Random(number)
    drawn = {kind: [_value(kind, chance) for _ in range(500)] for kind in RULES}
    leaves = [(row.key, KINDS[int(row.code) - 1]) for row in parsed.leaves]
    valued = [(key, drawn[kind]) for key, kind in leaves if kind in drawn]
    for place in range(number):
        entries = {key: LeafEntry(value=values[int(chance.random() * 500)]) for key, values in valued}
        unit = AssessedUnit(code=f"u{place}", rank_group="so")
        yield UnitInput(unit=unit, entries=entries, cells=list(_cells(unit.code, chance)))


def _value(kind: str, chance: random.Random) -> dict[str, Any]:
    if kind == "choice":
        return {"level": chance.choice(LEVELS)["code"]}
    if kind in {"deduct", "per_item"}:
        return {"count": str(chance.randint(0, 5)), "serious": False}
    whole = chance.randint(50, 500)
    return {"numerator": str(chance.randint(0, whole)), "denominator": str(whole)}


def _cells(unit: str, chance: random.Random) -> Iterator[TallyCell]:
    for number in range(1, AREAS + 1):
        for group in GROUPS:
            yield TallyCell(
                unit=unit,
                questionnaire="to-chuc-so",
                question=f"c{number}",
                group=group,
                counts={option: chance.randint(0, 40) for option in OPTIONS},
            )
