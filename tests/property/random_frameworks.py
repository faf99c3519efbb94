"""Random frameworks, values and counts for the properties of the engine; every choice comes from one Random."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from scoring_api.results.domain.inputs import LeafEntry, PreviousYear, TallyCell
from tests.unit.scoring.framework_json import Json, document

GROUPS = ("dai-bieu", "lanh-dao", "dan")
OPTIONS = ("A", "B", "C", "D", "K")


def figure(rng: Random, most: int = 40) -> str:
    return rng.choice([str(rng.randint(0, most)), f"{rng.randint(0, most)}.{rng.randint(0, 99):02d}"])


def steps(rng: Random, top: int) -> Json:
    bounds = sorted(rng.sample(range(-20, 110), rng.randint(0, 4)))
    points = sorted(rng.randint(0, top * 4) for _ in range(len(bounds) + 1))
    rows = zip([None, *map(str, bounds)], points, strict=True)
    return {"kind": "table", "bands": [{"from": low, "points": str(p / 4)} for low, p in rows]}


def scale(rng: Random, top: int) -> Json:
    if rng.random() < 0.5:
        return steps(rng, top)
    full = rng.randint(1, 100)
    return {"kind": "linear", "floor": str(rng.randint(0, full)), "full": str(full)}


def survey(rng: Random) -> Json:
    codes = rng.sample(["c1", "c2", "c3"], rng.randint(1, 3))
    options = {"A": "100", "B": "60", "C": rng.choice(["20", "33.3"]), "D": "0", "K": None}
    weighted = [{"code": group, "weight": figure(rng, 5)} for group in GROUPS]
    declared = [row for row in weighted if float(row["weight"]) > 0]
    combine = rng.choice(["pool", "mean_of_groups", "weighted_groups"] if declared else ["pool"])
    return {
        "kind": "survey",
        "questionnaires": ["p"],
        "questions": [
            {"code": c, "weight": rng.choice(["1", "0.5", "3"]), "options": options} for c in codes
        ],
        "combine": combine,
        "groups": declared if combine == "weighted_groups" or rng.random() < 0.3 else [],
        "minimum": rng.choice([1, 1, 5]),
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
        "minimum": rng.choice([1, 4]),
    }


def rule(rng: Random, top: int) -> Json:
    kind = rng.choice(
        [
            "choice",
            "ratio",
            "ratio",
            "growth",
            "count",
            "punctuality",
            "product",
            "complement",
            "survey",
            "sipas",
        ]
    )
    if kind == "choice":
        levels = [{"code": f"m{i}", "points": str(rng.randint(0, top * 2) / 2)} for i in range(3)]
        return {"measure": {"kind": kind}, "scale": {"kind": "table", "levels": levels}}
    if kind == "count":
        each = {"points_each": str(rng.randint(0, 8) / 4)}
        return {"measure": {"kind": kind}, "scale": {"kind": rng.choice(["per_item", "deduct"]), **each}}
    measures = {"survey": survey, "sipas": sipas}
    measure = measures[kind](rng) if kind in measures else {"kind": kind}
    if kind == "punctuality":
        measure["late_share"] = rng.choice(["0", "0.5", "1"])
    return {"measure": measure, "scale": scale(rng, top)}


def leaf(rng: Random, code: str, top: int) -> Json:
    made = rule(rng, top)
    surveyed = made["measure"]["kind"] in {"survey", "sipas"}
    absences = ["exclude", "full", "zero"] if surveyed else ["exclude", "full", "zero", "fallback"]
    return {
        "code": code,
        "role": "criterion",
        "name": "Tiêu chí",
        "max_points": str(top),
        "source": "survey" if surveyed else rng.choice(["documents", "statistics"]),
        "rule": made,
        "missing": rng.choice(["zero", "exclude", "council"]),
        "not_applicable": rng.choice(absences),
        "not_arising": rng.choice(absences),
    }


def parts(rng: Random, whole: int, most: int) -> list[int]:
    cuts = sorted(rng.sample(range(1, whole), min(whole - 1, rng.randint(0, most - 1))))
    return [high - low for low, high in zip([0, *cuts], [*cuts, whole], strict=True)]


def framework_document(rng: Random) -> Json:
    """A framework with areas, a self gap now and then, a bonus and a penalty part."""
    nodes = []
    for number, top in enumerate(parts(rng, 100, 4), 1):
        kids = [leaf(rng, str(i), share) for i, share in enumerate(parts(rng, top, 5), 1)]
        if rng.random() < 0.4:
            kids[0]["rule"] = {
                "measure": {"kind": "self_gap"},
                "scale": steps(rng, int(kids[0]["max_points"])),
            }
            kids[0]["source"] = "derived"
            kids[0]["not_applicable"] = kids[0]["not_arising"] = "exclude"
        node = {
            "code": str(number),
            "role": "area",
            "name": "Lĩnh vực",
            "max_points": str(top),
            "children": kids,
        }
        nodes.append(node | ({"percent_over": ["documents", "derived"]} if rng.random() < 0.5 else {}))
    for code, effect in (("8", "bonus"), ("9", "penalty")):
        extra = [leaf(rng, str(i), 2) for i in range(2)]
        group = {"code": code, "role": "group", "name": "Thưởng, phạt", "max_points": "3", "effect": effect}
        nodes.append({**group, "children": extra})
    return document(*nodes)


def value(rng: Random, made: Mapping[str, Any]) -> Json:
    kind = made["measure"]["kind"]
    if kind == "choice":
        return {"level": rng.choice(made["scale"]["levels"])["code"]}
    if kind == "count":
        return {
            "count": str(rng.randint(0, 9)),
            "serious": made["scale"]["kind"] == "deduct" and rng.random() < 0.2,
        }
    names = {
        "growth": ("current", "previous"),
        "punctuality": ("on_time", "late", "missing"),
        "product": ("numerator", "denominator", "second_numerator", "second_denominator"),
        "complement": ("numerator", "denominator", "second_numerator"),
    }.get(kind, ("numerator", "denominator"))
    return {name: str(rng.randint(0, 4)) if kind == "punctuality" else figure(rng) for name in names}


def entry(rng: Random, node: Mapping[str, Any]) -> LeafEntry | None:
    fate = rng.random()
    if fate < 0.1:
        return None
    takes_value = node["rule"]["measure"]["kind"] not in {"survey", "sipas", "self_gap"}
    return LeafEntry(
        value=value(rng, node["rule"]) if takes_value and fate < 0.9 else None,
        override=None if fate < 0.93 else Decimal(rng.randint(-1, 200)) / 4,
        not_applicable=fate < 0.25,
        self_value=value(rng, node["rule"]) if takes_value and rng.random() < 0.7 else None,
    )


def cells(rng: Random, unit: str) -> list[TallyCell]:
    places = [("p", q) for q in ("c1", "c2", "c3")] + [("s", q) for q in ("q1", "q2", "q3")]
    return [
        TallyCell(
            unit=unit,
            questionnaire=questionnaire,
            group=group,
            question=question,
            counts={option: rng.randint(0, 6) for option in OPTIONS},
        )
        for questionnaire, question in places
        for group in GROUPS
        if rng.random() < 0.8
    ]


def previous(rng: Random, tree: Mapping[str, Mapping[str, Any]]) -> PreviousYear:
    known = {
        key: value(rng, node["rule"])
        for key, node in tree.items()
        if node["rule"]["measure"]["kind"] not in {"survey", "sipas", "self_gap"} and rng.random() < 0.5
    }
    return PreviousYear(rank=rng.randint(1, 9), values=known)
