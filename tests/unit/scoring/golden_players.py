"""Printed figures of the reference documents played through rules, tallies and engine; no test stands here.

A player takes the inputs of a golden row and gives the figures that come out, exact, by what was asked. None
of them computes: what they do is to write a framework, values and counts, and to read the result.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from parindex.kernel.errors import DomainError
from parindex.kernel.points import apportion
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.outcome import IndexResult, UnitResult
from tests.unit.scoring.framework_json import CLASSES, RATIO, Json, area, framework, leaf

Figures = Mapping[str, Any]
LINE: Json = {"kind": "linear", "floor": "0", "full": "100"}
GROUP = "nguoi-tra-loi"


def left_over(nodes: list[Json]) -> list[Json]:
    """A leaf that was not measured fills a framework up to 100 and leaves the denominator."""
    rest = 100 - sum(Decimal(node["max_points"]) for node in nodes)
    filler = leaf("rest", f"{rest:f}", role="group", missing="exclude")
    return [*nodes, filler] if rest else nodes


def computed(
    parsed: Framework,
    entries: Mapping[str, Mapping[str, LeafEntry]],
    cells: list[TallyCell] | None = None,
    previous: Mapping[str, PreviousYear] | None = None,
) -> IndexResult:
    units = [AssessedUnit(code=code, rank_group="so") for code in entries]
    return compute_index(parsed, units, entries, cells or [], previous or {})


# -- one leaf --------------------------------------------------------------------------------------------------


def one_leaf(given: Json) -> Figures:
    """A rule and a value: the measure, the share of the maximum in percent, and what exceeds."""
    most = given.get("max_points", "1")
    node = leaf("1", most, given["rule"], role="area", **given.get("terms", {}))
    result = computed(framework(*left_over([node])), {"u": {"1": LeafEntry(value=given["value"])}})
    score = result.units["u"].score
    return {
        "measure": score.leaves[0].measure,
        "points": score.leaves[0].points,
        "share": score.parts[0].percent,
        "excess": explain(result, "u", "1").excess,
    }


# -- surveys ---------------------------------------------------------------------------------------------------


def survey_rule(weights: list[str]) -> Json:
    questions = [
        {"code": f"c{place}", "weight": weight, "options": {"A": "100", "D": "0"}}
        for place, weight in enumerate(weights, 1)
    ]
    return {"measure": {"kind": "survey", "questionnaires": ["p"], "questions": questions}, "scale": LINE}


def survey_cells(key: str, percents: list[str], answers: int = 1_000_000) -> list[TallyCell]:
    """Counts that give each question its printed percent; the questionnaire is named by the leaf."""
    cells = []
    for place, percent in enumerate(percents, 1):
        yes = Decimal(percent) * answers / 100
        assert yes == int(yes)
        counts = {"A": int(yes), "D": answers - int(yes)}
        question = f"c{place}"
        cells.append(TallyCell(unit="u", questionnaire=key, group=GROUP, question=question, counts=counts))
    return cells


def survey(given: Json) -> Figures:
    """Question percents (and weights): the percent of the leaf."""
    weights = given.get("weights", ["1"] * len(given["percents"]))
    parsed = framework(leaf("1", "100", survey_rule(weights), role="area", source="survey"))
    result = computed(parsed, {"u": {}}, survey_cells("p", given["percents"]))
    return {"percent": result.units["u"].score.leaves[0].measure}


def satisfaction(given: Json) -> Figures:
    """Counts of satisfied and other answers: the index, and its points by a line or by steps."""
    measure = {
        "kind": "sipas",
        "questionnaires": ["s"],
        "questions": ["c1"],
        "satisfied": ["A"],
        "scale_options": ["D", "A"],
    }
    most = given.get("max_points", "10")
    rule = {"measure": measure, "scale": given.get("scale", LINE)}
    parsed = framework(*left_over([leaf("1", most, rule, role="area", source="survey")]))
    result = computed(parsed, {"u": {}}, survey_cells("s", [given["satisfied"]]))
    score = result.units["u"].score
    return {
        "percent": score.leaves[0].measure,
        "points": score.leaves[0].points,
        "share": score.parts[0].percent,
    }


# -- areas, totals, maxima -------------------------------------------------------------------------------------


def _leaf_of(code: str, spec: Json) -> Json:
    if "percents" in spec:
        rule = survey_rule(spec.get("weights", ["1"] * len(spec["percents"])))
        rule["measure"]["questionnaires"] = [spec["form"]]
        return leaf(code, spec["max"], rule, source="survey")
    if "ratio" in spec:
        return leaf(code, spec["max"], RATIO)
    node = leaf(code, spec["max"], source="leader", missing="exclude")
    del node["rule"]
    return node


def _entry_of(spec: Json) -> LeafEntry | None:
    if "ratio" in spec:
        part, whole = spec["ratio"]
        return LeafEntry(value={"numerator": part, "denominator": whole})
    return LeafEntry(value={"points": spec["points"]}) if "points" in spec else None


def scored_areas(specs: list[list[Json]]) -> UnitResult:
    nodes, entries, cells = [], {}, []
    for number, leaves in enumerate(specs, 1):
        kids = []
        for place, spec in enumerate(leaves, 1):
            named = spec | {"form": f"{number}/{place}"}
            kids.append(_leaf_of(str(place), named))
            entry = _entry_of(spec)
            if entry is not None:
                entries[f"{number}/{place}"] = entry
            if "percents" in spec:
                cells += survey_cells(named["form"], spec["percents"])
        most = sum(Decimal(spec["max"]) for spec in leaves)
        nodes.append(area(str(number), f"{most:f}", *kids))
    return computed(framework(*left_over(nodes)), {"u": entries}, cells).units["u"]


def areas(given: Json) -> Figures:
    """Areas of leaves: points and percent of each, total, index and applicable maximum."""
    score = scored_areas(given["areas"]).score
    parts = [part for part in score.parts if part.node.role == "area"]
    return {
        "points": parts[0].points,
        "percent": parts[0].percent,
        "percents": [part.percent for part in parts],
        "total": score.points,
        "index": score.percent,
        "applicable": score.applicable_max,
    }


def apportioned(given: Json) -> Figures:
    """The points of areas printed at the precision of their total."""
    score = scored_areas(given["areas"]).score
    parts = [part.points for part in score.parts if part.node.role == "area"]
    return {"parts": apportion(parts), "total": score.points}


def maxima(given: Json) -> Figures:
    """A group whose parts have these maxima: it stands with their sum and with no other."""
    parts = [leaf(str(place), most) for place, most in enumerate(given["maxima"], 1)]
    whole = Decimal(given["whole"])

    def sums_to(most: Decimal) -> bool:
        try:
            framework(*left_over([area("1", f"{most:f}", *parts)]))
        except DomainError as refused:
            if [fault.code for fault in refused.faults] != ["does_not_sum"]:
                raise
            return False
        return True

    unit = scored_areas([[{"max": most, "ratio": ["0", "1"]} for most in given["maxima"]]])
    fits = sums_to(whole) and not sums_to(whole - Decimal("0.01"))
    return {"sum": unit.score.applicable_max if fits else None}


# -- what a percent means --------------------------------------------------------------------------------------


def _placed(rows: list[Json], review: Mapping[str, Mapping[str, int]] | None = None) -> IndexResult:
    """Units with a total and the percents of one or two areas; the rest of the points fits the total."""
    free = {name: text for name, text in leaf("x", "80", source="leader").items() if name != "rule"}
    nodes = [
        area(code, most, {**free, "code": "1", "max_points": most})
        for code, most in (("a", "10"), ("b", "10"), ("c", "80"))
    ]
    parsed = framework(
        *nodes,
        bands=[{"code": str(i), "name": "n", "floor": floor} for i, floor in enumerate(("90", "80", "0"))],
        ratings={"classes": CLASSES},
        review={"areas": ["a", "b"], "threshold": "75"},
    )
    entries = {}
    for row in rows:
        first, second = Decimal(row.get("a", row["total"])) / 10, Decimal(row.get("b", row["total"])) / 10
        points = (first, second, Decimal(row["total"]) - first - second)
        keys = ("a/1", "b/1", "c/1")
        entries[row["unit"]] = {
            key: LeafEntry(value={"points": f"{given:f}"}) for key, given in zip(keys, points, strict=True)
        }
    previous = {unit: PreviousYear(review_years=years) for unit, years in (review or {}).items()}
    return computed(parsed, entries, previous=previous)


def standings(given: Json) -> Figures:
    """Units by total and lowest area: how many stand in each band and class, and who fell through."""
    rows = [
        {"unit": f"{number}-{copy}", "total": total, "a": lowest}
        for number, (copies, total, lowest) in enumerate(given["units"])
        for copy in range(copies)
    ]
    scores = [unit.score for unit in _placed(rows).units.values()]
    bands = [score.band.code for score in scores if score.band is not None]
    ratings = [score.rating.rating.code for score in scores if score.rating is not None]
    return {
        "bands": [bands.count(str(place)) for place in range(3)],
        "ratings": [ratings.count(row["code"]) for row in CLASSES],
        "fell_through": sum(score.rating is not None and score.rating.by_fall_through for score in scores),
    }


def reviews(given: Json) -> Figures:
    """Units by total and two areas: who owes a review, in which area, again, and with which rating."""
    result = _placed(given["units"], given.get("previous"))
    duties = {code: unit.score.reviews for code, unit in result.units.items() if unit.score.reviews}
    rated = {code: unit.score.rating.rating.code for code, unit in result.units.items() if unit.score.rating}
    return {
        "units": len(duties),
        "first_area": sum(any(duty.area == "a" for duty in owed) for owed in duties.values()),
        "second_area": sum(any(duty.area == "b" for duty in owed) for owed in duties.values()),
        "pairs": sum(len(owed) for owed in duties.values()),
        "again": sorted(c for c, owed in duties.items() if any(d.consecutive_years > 1 for d in owed)),
        "rated_good": sorted(code for code in duties if rated[code] == "tot"),
        "rated_done": sorted(code for code in duties if rated[code] == "hoan-thanh"),
    }


def rank_change(given: Json) -> Figures:
    """A rank this year and one last year: how many places a unit rose, falls negative."""
    rows = [{"unit": f"u{place}", "total": str(100 - place)} for place in range(1, given["of"] + 1)]
    unit = f"u{given['rank']}"
    base = _placed(rows)
    entries = {code: row.entries for code, row in base.inputs.items()}
    previous = {unit: PreviousYear(rank=given["previous"])}
    standing = computed(base.framework, entries, previous=previous).units[unit].standing
    assert standing.rank == given["rank"]
    return {"change": standing.change}


PLAYERS: Mapping[str, Callable[[Json], Figures]] = {
    player.__name__: player
    for player in (
        one_leaf,
        survey,
        satisfaction,
        areas,
        apportioned,
        maxima,
        standings,
        reviews,
        rank_change,
    )
}
