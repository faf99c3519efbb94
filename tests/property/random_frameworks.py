"""Random criteria sets for the properties of the engine, most bounds on round figures; all from one Random."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from random import Random

from scoring_api.frameworks.domain.formula import NUMBERS
from tests.unit.scoring.framework_json import Json, document

GROUPS = ("dai-bieu", "lanh-dao", "dan")
BOUNDS = ("0", "50", "65", "70", "75", "80", "90", "100")
ABSENCES = ("exclude", "full", "zero", "fallback")
KINDS = (
    *("choice", "ratio", "ratio", "bands", "bands", "count", "count", "punctuality", "product"),
    *("complement", "growth", "formula", "survey", "sipas", "points", "leader"),
)
TAIL = Decimal("0.000000000000000000000000000007")
"""A maximum with this end makes points that differ beyond the 20 decimals of a comparison."""


def text(figure: Decimal) -> str:
    return f"{figure:f}"


def quarters(rng: Random, top: Decimal) -> str:
    """Points up to a maximum, on a quarter of it."""
    return text(NUMBERS.multiply(top, Decimal(rng.randint(0, 4)) / 4))


def parts(rng: Random, whole: Decimal, most: int) -> list[Decimal]:
    """The whole cut into quarters of a point, now and then with a tail of thirty decimals or a part of 0."""
    places = int(whole * 4)
    cuts = sorted({rng.randint(1, places - 1) for _ in range(rng.randint(0, most - 1))} if places > 1 else [])
    bounds = [Decimal(0), *(Decimal(cut) / 4 for cut in cuts), whole]
    found = [NUMBERS.subtract(high, low) for low, high in pairwise(bounds)]
    if len(found) > 1 and rng.random() < 0.2:
        found[0], found[1] = NUMBERS.add(found[0], TAIL), NUMBERS.subtract(found[1], TAIL)
    return [*found, Decimal(0)] if rng.random() < 0.1 else found


def steps(rng: Random, top: Decimal) -> Json:
    bounds = sorted(rng.sample([-20, -5, 0, 25, 50, 75, 80, 90, 100, 110], rng.randint(0, 4)))
    points = sorted((quarters(rng, top) for _ in range(len(bounds) + 1)), key=Decimal)
    rows = zip([None, *map(str, bounds)], points, strict=True)
    return {"kind": "table", "bands": [{"from": low, "points": of} for low, of in rows]}


def line(rng: Random) -> Json:
    full = rng.choice(["100", "100", "80", "70", "30", "66.6666666666666666666666666"])
    floor = rng.choice(["0", "0", "50", full])
    return {"kind": "linear", "floor": min(floor, full, key=Decimal), "full": full}


def scale(rng: Random, top: Decimal) -> Json:
    return steps(rng, top) if rng.random() < 0.5 else line(rng)


def survey(rng: Random) -> Json:
    codes = rng.sample(["c1", "c2", "c3"], rng.randint(1, 3))
    options = {"A": "100", "B": "60", "C": rng.choice(["20", "33.3"]), "D": "0", "K": None}
    declared = [
        {"code": group, "weight": rng.choice(["1", "2", "0.5", "0.25"])}
        for group in rng.sample(GROUPS, rng.randint(1, 3))
    ]
    combine = rng.choice(["pool", "mean_of_groups", "weighted_groups"])
    return {
        "kind": "survey",
        "questionnaires": rng.choice([["p"], ["p", "p2"]]),
        "questions": [
            {"code": c, "weight": rng.choice(["1", "0.5", "3"]), "options": options} for c in codes
        ],
        "combine": combine,
        "groups": declared if combine == "weighted_groups" or rng.random() < 0.3 else [],
        "minimum": rng.choice([1, 1, 5, 9]),
    }


def sipas(rng: Random) -> Json:
    return {
        "kind": "sipas",
        "questionnaires": ["s"],
        "questions": ["q1", "q2", "q3"],
        "method": rng.choice(["share", "mean"]),
        "pooling": rng.choice(["pooled", "mean_of_questions", "mean_of_factors", "overall_question"]),
        "satisfied": ["C", "D"],
        "scale_options": ["A", "B", "C", "D"],
        "factors": {"x": ["q1", "q2"], "y": ["q3"]},
        "overall": "q3",
        "minimum": rng.choice([1, 4, 9]),
    }


def expression(rng: Random, deep: int) -> str:
    if deep == 0 or rng.random() < 0.3:
        return rng.choice(["a", "b", "c", "a", "b", "0", "1", "3", "100", "0.5", "12.25"])
    left, right = expression(rng, deep - 1), expression(rng, deep - 1)
    sign = rng.choice("++-**//")
    made = f"{left} {sign} {right}"
    return made if rng.random() < 0.4 else f"{rng.choice(['', '-'])}({made})"


def condition(rng: Random) -> str:
    if rng.random() < 0.2:  # true only in exact arithmetic: a third taken three times
        return f"a / b * b {rng.choice(['=', '>=', '<', '!='])} a"
    sides = (expression(rng, 2), expression(rng, 1))
    made = f"{sides[0]} {rng.choice(['<', '<=', '>', '>=', '=', '!='])} {sides[1]}"
    if rng.random() < 0.3:
        return f"{made} {rng.choice(['and', 'or'])} ({condition(rng)})"
    return made


def formula(rng: Random) -> Json:
    guards: list[Json] = [
        {"when": condition(rng), "expression": expression(rng, 3)} for _ in range(rng.randint(0, 2))
    ]
    if not guards or rng.random() < 0.7:
        guards.append({"when": None, "expression": expression(rng, 3)})
    return {"kind": "formula", "variables": ["a", "b", "c"], "guards": guards}


def rule(rng: Random, kind: str, top: Decimal) -> Json:
    if kind == "choice":
        levels = [{"code": f"m{i}", "points": quarters(rng, top)} for i in range(3)]
        return {"measure": {"kind": kind}, "scale": {"kind": "table", "levels": levels}}
    if kind == "count" and rng.random() < 0.8:
        each = {"points_each": text(Decimal(rng.randint(1, 8)) / 4)}
        return {"measure": {"kind": kind}, "scale": {"kind": rng.choice(["per_item", "deduct"]), **each}}
    if kind == "bands":
        return {"measure": {"kind": "ratio"}, "scale": steps(rng, top)}
    made = {"survey": survey, "sipas": sipas, "formula": formula}
    measure = made[kind](rng) if kind in made else {"kind": kind}
    if kind == "punctuality":
        measure["late_share"] = rng.choice(["0", "0.5", "1"])
    if kind == "points":
        return {
            "measure": measure,
            "scale": {"kind": "linear", "floor": "0", "full": text(top or Decimal(1))},
        }
    return {"measure": measure, "scale": steps(rng, top) if kind == "self_gap" else scale(rng, top)}


def leaf(rng: Random, code: str, top: Decimal, kind: str = "") -> Json:
    kind = kind or rng.choice(KINDS)
    sources = {
        "survey": "survey",
        "sipas": "survey",
        "self_gap": "derived",
        "leader": "leader",
        "points": "leader",
    }
    made: Json = {
        "code": code,
        "role": "criterion",
        "name": "Tiêu chí",
        "max_points": text(top),
        "source": sources.get(kind) or rng.choice(["documents", "statistics"]),
        "missing": rng.choice(["zero", "exclude", "council"]),
        "not_applicable": rng.choice(ABSENCES),
        "not_arising": rng.choice(ABSENCES),
    }
    return made if kind == "leader" else {**made, "rule": rule(rng, kind, top)}


def branch(rng: Random, role: str, code: str, top: Decimal, children: Sequence[Json]) -> Json:
    made = {"code": code, "role": role, "name": "Phần", "max_points": text(top), "children": list(children)}
    return made | ({"percent_over": ["documents", "derived"]} if rng.random() < 0.3 else {})


def area(rng: Random, code: str, top: Decimal) -> Json:
    kids = [leaf(rng, str(i), share) for i, share in enumerate(parts(rng, top, 4), 1)]
    if rng.random() < 0.3:
        kids[0] = leaf(rng, "1", Decimal(kids[0]["max_points"]), "self_gap")
    if rng.random() < 0.15:
        kids.append({**leaf(rng, "t", Decimal(1)), "effect": rng.choice(["bonus", "penalty"])})
    made = branch(rng, "area", code, top, kids)
    return made if rng.random() < 0.75 else {**made, "rated": False}


def extra(rng: Random, code: str, effect: str) -> Json:
    """Points beside the 100, capped at every node."""
    kids = [leaf(rng, str(i), Decimal(2)) for i in range(rng.randint(1, 2))]
    if rng.random() < 0.3:
        kids.append(branch(rng, "group", "g", Decimal(1), [leaf(rng, "1", Decimal(2))]))
    if rng.random() < 0.1:
        kids.append(
            {**leaf(rng, "o", Decimal(1)), "effect": {"bonus": "penalty", "penalty": "bonus"}[effect]}
        )
    return {**branch(rng, "group", code, Decimal(3), kids), "effect": effect}


def roots(rng: Random) -> list[Json]:
    found = []
    for number, top in enumerate(parts(rng, Decimal(100), 3), 1):
        code, fate = str(number), rng.random()
        if fate < 0.15:
            found.append(leaf(rng, code, top))
        elif fate < 0.4:
            inside = [area(rng, str(i), share) for i, share in enumerate(parts(rng, top, 2), 1)]
            found.append(branch(rng, "group", code, top, inside))
        else:
            found.append(area(rng, code, top))
    return found + [extra(rng, sign, sign) for sign in ("bonus", "penalty") if rng.random() < 0.5]


def part_keys(nodes: Sequence[Json], roles: set[str], prefix: str = "") -> list[str]:
    found = []
    for node in nodes:
        key = f"{prefix}{node['code']}"
        found += [key] if node["role"] in roles else []
        found += part_keys(node.get("children", ()), roles, f"{key}/")
    return found


def _floors(rng: Random, most: int) -> list[str]:
    return sorted(rng.sample(BOUNDS[1:], rng.randint(0, most)), key=Decimal, reverse=True)


def classes(rng: Random) -> list[Json]:
    """Classes best first: total floors fall, area floors fall or are not asked for."""
    found: list[Json] = []
    least = Decimal(90)
    for number, floor in enumerate(_floors(rng, 3)):
        least = min(least, Decimal(rng.choice(BOUNDS)))
        asked = text(least) if rng.random() < 0.8 or found else None
        if found and found[-1]["area_floor"] is None:
            asked = None
        found.append({"code": f"h{number}", "name": "Mức", "total_floor": floor, "area_floor": asked})
    return [*found, {"code": "khong", "name": "Mức cuối", "total_floor": None, "area_floor": None}]


def framework_document(rng: Random) -> Json:
    """A framework that is valid: its maxima add up to 100 and its bands and classes are total."""
    nodes = roots(rng)
    floors = [*_floors(rng, 4), "0"]
    areas, named = part_keys(nodes, {"area"}), part_keys(nodes, {"area", "group"})
    terms: Json = {"bands": [{"code": f"n{floor}", "name": "Nhóm", "floor": floor} for floor in floors]}
    if rng.random() < 0.9:
        terms["ratings"] = {"classes": classes(rng)}
    if rng.random() < 0.6:
        watched = rng.sample(areas, rng.randint(0, len(areas)))
        terms["review"] = {"areas": watched, "threshold": rng.choice(BOUNDS)}
    if rng.random() < 0.4:
        terms["tie_breaks"] = rng.sample(named, rng.randint(0, min(2, len(named))))
    if rng.random() < 0.2:
        terms["cap_total"] = False
    return document(*nodes, **{"ratings": None, **terms})
