"""A slow second computation of the index with fractions, straight from the JSON; it shares no code with the first.

Every figure the engine gives out stands here again, under the same name.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from tests.property.fraction_measures import (
    NOTHING,
    TALLIED,
    VALUELESS,
    Json,
    f,
    on_scale,
    rounded,
    rule_of,
    valued,
)
from tests.property.fraction_surveys import Counts, tallied

Row = dict[str, Any]


class Inputs(NamedTuple):
    """What stands for one unit: entries by leaf key, counts, and what last year says (None: nothing)."""

    code: str
    rank_group: str
    entries: Mapping[str, Any]
    counts: Counts
    previous: Any


class Place(NamedTuple):
    """A node with its key and effect, and the leaves below it."""

    key: str
    node: Json
    effect: str
    below: tuple[str, ...]


def places(nodes: Iterable[Json], prefix: str = "", effect: str = "points") -> list[Place]:
    """Every node in tree order."""
    found: list[Place] = []
    for node in nodes:
        key, own = prefix + node["code"], node.get("effect", effect)
        inside = places(node.get("children") or (), f"{key}/", own)
        leaves = tuple(place.key for place in inside if not place.node.get("children"))
        found += [Place(key, node, own, leaves or (key,)), *inside]
    return found


def leaves(nodes: Iterable[Json]) -> dict[str, Json]:
    return {place.key: place.node for place in places(nodes) if not place.node.get("children")}


def absent(leaf: Json, case: str, last: Row | None) -> Row:
    """A leaf without points of its own: declared, not arising, missing, each by its policy."""
    top, policy = f(leaf["max_points"]), leaf.get(case, "zero" if case == "missing" else "exclude")
    points, whole = NOTHING, top
    if policy == "exclude":
        whole = NOTHING
    elif policy == "full":
        points = top
    elif policy == "fallback" and last is not None:
        points = last["points"]
    found = {"points": points, "max": whole, "status": case, "policy": policy}
    return {**found, "measure": None, "step": "", "excess": False}


def decided(leaf: Json, entry: Any, last: Row | None) -> Row | None:
    """What the council set, or what was declared not applicable."""
    if entry is not None and entry.override is not None:
        top = f(leaf["max_points"])
        points = rounded(min(top, max(NOTHING, f(entry.override))), 30)
        found = {"points": points, "max": top, "status": "scored", "policy": "override"}
        return {**found, "measure": None, "step": "", "excess": False}
    if entry is not None and entry.not_applicable:
        return absent(leaf, "not_applicable", last)
    return None


def settle(key: str, leaf: Json, given: Inputs) -> Row:
    entry, rule = given.entries.get(key), rule_of(leaf)
    kind = rule["measure"]["kind"]
    last_value = given.previous.values.get(key) if given.previous is not None else None
    last = valued(leaf, last_value) if kind not in VALUELESS and last_value is not None else None
    if (found := decided(leaf, entry, last)) is not None:
        return found
    if kind in TALLIED:
        percent = tallied(rule["measure"], given.counts)
        return absent(leaf, "missing", None) if percent is None else measured_row(leaf, percent)
    if entry is None or entry.value is None:
        return absent(leaf, "missing", None)
    scored = valued(leaf, entry.value)
    return scored if scored["status"] == "scored" else absent(leaf, "not_arising", last)


def measured_row(leaf: Json, percent: Fraction) -> Row:
    top = f(leaf["max_points"])
    points, step = on_scale(rule_of(leaf)["scale"], top, percent)
    found = {"points": points, "max": top, "status": "scored", "policy": ""}
    return {**found, "measure": percent, "step": step, "excess": False}


def gap(leaf: Json, entry: Any, entries: Mapping[str, Any], rows: Mapping[str, tuple[Json, Row]]) -> Row:
    """|Σ self − Σ final| in percent of the maximum, over claimed leaves that were not excluded."""
    if (found := decided(leaf, entry, None)) is not None:
        return found
    apart = whole = NOTHING
    for key, (other, row) in rows.items():
        claim = entries.get(key)
        if claim is None or claim.self_value is None or row["policy"] == "exclude":
            continue
        own = valued(other, claim.self_value)
        if own["status"] == "scored":
            apart, whole = apart + own["points"] - row["points"], whole + row["max"]
    return measured_row(leaf, abs(apart) / whole * 100) if whole else absent(leaf, "not_arising", None)


def leaf_rows(tree: Mapping[str, Place], given: Inputs) -> dict[str, Row]:
    gaps = [key for key, place in tree.items() if rule_of(place.node)["measure"]["kind"] == "self_gap"]
    rows = {key: settle(key, place.node, given) for key, place in tree.items() if key not in gaps}
    claimed = {
        key: (tree[key].node, row)
        for key, row in rows.items()
        if tree[key].effect == "points" and rule_of(tree[key].node)["measure"]["kind"] not in TALLIED
    }
    for key in gaps:
        rows[key] = gap(tree[key].node, given.entries.get(key), given.entries, claimed)
    return {key: rows[key] for key in tree}


def beside(nodes: Iterable[Json], prefix: str, effect: str, rows: Mapping[str, Row], wanted: str) -> Fraction:
    """Points of the topmost nodes of the wanted effect, each capped."""
    found = NOTHING
    for node in nodes:
        own, key = node.get("effect", effect), prefix + node["code"]
        if own == wanted and effect != wanted:
            found += capped(node, key, own, rows)
        found += beside(node.get("children") or (), f"{key}/", own, rows, wanted)
    return found


def capped(node: Json, key: str, effect: str, rows: Mapping[str, Row]) -> Fraction:
    if not node.get("children"):
        points: Fraction = rows[key]["points"]
        return points
    same = [child for child in node["children"] if child.get("effect", effect) == effect]
    reached = sum((capped(child, f"{key}/{child['code']}", effect, rows) for child in same), NOTHING)
    return min(f(node["max_points"]), reached)


def percent_of(points: Fraction, whole: Fraction) -> Fraction | None:
    return rounded(points / whole * 100, 20) if whole else None


def part_row(place: Place, tree: Mapping[str, Place], rows: Mapping[str, Row]) -> Row:
    within = [key for key in place.below if tree[key].effect == "points"]
    over = place.node.get("percent_over")
    counted = [key for key in within if not over or tree[key].node["source"] in over]
    points, whole = (sum((rows[key][name] for key in counted), NOTHING) for name in ("points", "max"))
    return {
        "points": sum((rows[key]["points"] for key in within), NOTHING),
        "max": sum((rows[key]["max"] for key in within), NOTHING),
        "percent_points": points,
        "percent_max": whole,
        "percent": percent_of(points, whole),
    }


def rating(document: Json, percent: Fraction, areas: Sequence[tuple[str, Fraction]]) -> Row | None:
    """The first class whose floors are met, what barred the one above, whether the total alone gave more."""
    blocked, best = None, None
    for row in (document.get("ratings") or {"classes": []})["classes"]:
        total, least = row.get("total_floor"), row.get("area_floor")
        unmet = []
        if total is not None and percent < f(total):
            unmet.append(("total", "", percent, f(total)))
        elif best is None:
            best = row["code"]
        if least is not None:
            unmet += [("area", key, reached, f(least)) for key, reached in areas if reached < f(least)]
        if not unmet:
            return {"code": row["code"], "blocked_by": blocked, "by_fall_through": row["code"] != best}
        blocked = unmet[0]
    return None


def reviews(document: Json, parts: Mapping[str, Row], given: Inputs) -> list[tuple[Any, ...]]:
    rule = document.get("review")
    years = given.previous.review_years if given.previous is not None else {}
    watched = rule["areas"] if rule else ()
    return [
        (key, part["percent"], f(rule["threshold"]), years.get(key, 0) + 1)
        for key, part in parts.items()
        if key in watched and part["percent"] is not None and part["percent"] < f(rule["threshold"])
    ]


def totals(document: Json, tree: Mapping[str, Place], rows: Mapping[str, Row]) -> Row:
    within = [key for key, place in tree.items() if place.effect == "points"]
    whole = sum((rows[key]["max"] for key in within), NOTHING)
    bonus, penalty = (beside(document["nodes"], "", "points", rows, sign) for sign in ("bonus", "penalty"))
    reached = max(NOTHING, sum((rows[key]["points"] for key in within), NOTHING) + bonus - penalty)
    if document.get("cap_total", True):
        reached = min(reached, whole)
    return {
        "points": reached,
        "max": whole,
        "bonus": bonus,
        "penalty": penalty,
        "percent": percent_of(reached, whole),
    }


def banded(document: Json, percent: Fraction | None) -> Row:
    if percent is None:
        return {"band": None, "next_band": None, "next_band_distance": None}
    at = next(i for i, band in enumerate(document["bands"]) if percent >= f(band["floor"]))
    above = document["bands"][at - 1] if at else None
    return {
        "band": document["bands"][at]["code"],
        "next_band": above and above["code"],
        "next_band_distance": above and f(above["floor"]) - percent,
    }


def unit_index(document: Json, given: Inputs) -> Row:
    """Everything about one unit but its rank."""
    every = places(document["nodes"])
    tree = {place.key: place for place in every if not place.node.get("children")}
    rows = leaf_rows(tree, given)
    parts = {p.key: part_row(p, tree, rows) for p in every if p.node["role"] in {"group", "area"}}
    areas = {p.key: p.node.get("rated", True) for p in every if p.node["role"] == "area"}
    rated = [(key, parts[key]["percent"]) for key, counts in areas.items() if counts]
    whole = totals(document, tree, rows)
    percent = whole["percent"]
    lost = [
        (key, row["max"] - row["points"])
        for key, row in rows.items()
        if tree[key].effect == "points" and row["points"] < row["max"]
    ]
    applied = [(key, reached) for key, reached in rated if reached is not None]
    return {
        **whole,
        **banded(document, percent),
        "leaves": rows,
        "parts": parts,
        "rating": None if percent is None else rating(document, percent, applied),
        "reviews": reviews(document, {key: parts[key] for key in areas}, given),
        "undecided": [key for key, row in rows.items() if row["policy"] == "council"],
        "skipped_areas": [
            key
            for key, counts in areas.items()
            if parts[key]["percent"] is None
            and (counts or key in (document.get("review") or {}).get("areas", ()))
        ],
        "lost_points": sorted(lost, key=lambda row: -row[1]),
        "tie_values": [parts[key]["percent"] for key in document.get("tie_breaks", [])],
    }


def index(document: Json, units: Sequence[Inputs]) -> dict[str, Row]:
    """Every unit with its rank: one more than there are better ones in its list."""
    found = {given.code: unit_index(document, given) for given in units}
    for given in units:
        own, last = found[given.code], given.previous
        rivals = [found[other.code] for other in units if other.rank_group == given.rank_group]
        better = sum(1 for rival in rivals if rival["percent"] is not None and _merit(rival) > _merit(own))
        rank = None if own["percent"] is None else better + 1
        before = None if last is None else last.rank
        past = None if last is None or last.percent is None else Fraction(last.percent)
        own["standing"] = (
            rank,
            before,
            None if rank is None or before is None else before - rank,
            past,
            None if past is None or own["percent"] is None else own["percent"] - past,
            "not" if last is None else last.comparability,
        )
    return found


def _merit(row: Row) -> list[Fraction]:
    return [Fraction(-1) if value is None else value for value in (row["percent"], *row["tie_values"])]
