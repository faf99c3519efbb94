"""A slow second computation of the index with fractions, straight from the JSON; it shares no code with the first."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

Json = Mapping[str, Any]
Counts = Mapping[tuple[str, str, str], Mapping[str, int]]  # questionnaire, group, question → option → count


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero."""
    sign = -1 if value < 0 else 1
    return sign * Fraction(floor(abs(value) * 10**places + Fraction(1, 2)), 10**places)


def f(raw: Any) -> Fraction:
    return Fraction(str(raw))


def measured(kind: str, measure: Json, value: Json) -> Fraction | None:
    figures = {name: f(raw) for name, raw in value.items() if name not in {"serious", "variables"}}
    if kind in {"count", "points"}:
        return figures[kind]
    if kind == "growth":
        now, before = figures["current"], figures["previous"]
        return (now - before) / before * 100 if before else None
    if kind == "punctuality":
        due = figures["on_time"] + figures["late"] + figures["missing"]
        return (
            (figures["on_time"] + f(measure.get("late_share", "0")) * figures["late"]) / due * 100
            if due
            else None
        )
    part, whole = figures["numerator"], figures["denominator"]
    if kind == "product":
        part, whole = part * figures["second_numerator"], whole * figures["second_denominator"]
    if not whole:
        return None
    if kind == "complement":
        return 100 - (part + figures.get("second_numerator", Fraction(0))) / whole * 100
    return part / whole * 100


def on_scale(scale: Json, top: Fraction, amount: Fraction) -> Fraction:
    kind = scale["kind"]
    if kind == "table":
        reached = [
            band for band in scale["bands"] if band["from"] is None or rounded(amount, 20) >= f(band["from"])
        ]
        return f(reached[-1]["points"])
    if kind == "per_item":
        return min(top, f(scale["points_each"]) * amount)
    if kind == "deduct":
        return max(Fraction(0), top - f(scale["points_each"]) * amount)
    if rounded(amount, 20) < f(scale["floor"]):
        return Fraction(0)
    return max(Fraction(0), min(top, top * amount / f(scale["full"])))


def valued(rule: Json, top: Fraction, value: Json) -> Fraction | None:
    """Points of a value; None when it does not arise."""
    measure, scale = rule["measure"], rule["scale"]
    if measure["kind"] == "choice":
        return next(f(level["points"]) for level in scale["levels"] if level["code"] == value["level"])
    if value.get("serious"):
        return Fraction(0)
    amount = measured(measure["kind"], measure, value)
    return None if amount is None else rounded(on_scale(scale, top, amount), 30)


def mean(weighed: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    return sum((w * x for w, x in weighed), Fraction(0)) / sum(w for w, _ in weighed) if weighed else None


def cell(
    measure: Json, question: str, groups: Iterable[str], weights: Mapping[str, Fraction], counts: Counts
) -> tuple[Fraction, int]:
    """Σ weight × count and Σ count of the options that count."""
    points, answered = Fraction(0), 0
    for questionnaire in measure["questionnaires"]:
        for group in groups:
            for option, count in counts.get((questionnaire, group, question), {}).items():
                if option in weights:
                    points, answered = points + weights[option] * count, answered + count
    return points, answered


def surveyed(measure: Json, counts: Counts) -> Fraction | None:
    declared = {row["code"]: f(row["weight"]) for row in measure["groups"]}
    groups = sorted({group for _, group, _ in counts if not declared or group in declared})
    questions = []
    for question in measure["questions"]:
        weights = {option: f(weight) for option, weight in question["options"].items() if weight is not None}
        cells = {group: cell(measure, question["code"], [group], weights, counts) for group in groups}
        kept = {group: row for group, row in cells.items() if row[1] >= measure["minimum"]}
        if measure["combine"] == "pool":
            whole = sum(answered for _, answered in kept.values())
            percent = sum((points for points, _ in kept.values()), Fraction(0)) / whole if whole else None
        else:
            equal = measure["combine"] == "mean_of_groups"
            percent = mean([(Fraction(1) if equal else declared[g], p / n) for g, (p, n) in kept.items()])
        if percent is not None:
            questions.append((f(question["weight"]), percent))
    return mean(questions)


def satisfied(measure: Json, counts: Counts) -> Fraction | None:
    scale = measure["scale_options"]
    if measure["method"] == "share":
        weights = {option: Fraction(100 if option in measure["satisfied"] else 0) for option in scale}
    else:
        weights = {option: Fraction(100 * place, len(scale)) for place, option in enumerate(scale, 1)}
    groups = sorted({group for _, group, _ in counts})
    pools = {
        "pooled": [measure["questions"]],
        "mean_of_questions": [[question] for question in measure["questions"]],
        "mean_of_factors": list(measure["factors"].values()),
        "overall_question": [[measure["overall"]]],
    }[measure["pooling"]]
    percents = []
    for pool in pools:
        cells = [cell(measure, question, groups, weights, counts) for question in pool]
        kept = [row for row in cells if row[1] >= measure["minimum"]]
        if kept:
            percents.append((Fraction(1), sum(p for p, _ in kept) / sum(n for _, n in kept)))
    return mean(percents)


def absent(leaf: Json, case: str, last: Fraction | None) -> tuple[Fraction, Fraction, bool]:
    """Points, applicable maximum, and whether the leaf is excluded."""
    top, policy = f(leaf["max_points"]), leaf.get(case, "zero" if case == "missing" else "exclude")
    if policy == "exclude":
        return Fraction(0), Fraction(0), True
    if policy == "full":
        return top, top, False
    return (last or Fraction(0)) if policy == "fallback" else Fraction(0), top, False


def leaves(
    nodes: Iterable[Json], prefix: str = "", effect: str = "points"
) -> Iterable[tuple[str, Json, str]]:
    for node in nodes:
        key, own = prefix + node["code"], node.get("effect", effect)
        if node.get("children"):
            yield from leaves(node["children"], f"{key}/", own)
        else:
            yield key, node, own


def settle(
    leaf: Json, entry: Any, counts: Counts, last_value: Json | None
) -> tuple[Fraction, Fraction, bool]:
    top, rule = f(leaf["max_points"]), leaf["rule"]
    kind = rule["measure"]["kind"]
    if entry is not None and entry.override is not None:
        return min(top, max(Fraction(0), f(entry.override))), top, False
    takes_value = kind not in {"survey", "sipas", "self_gap"}
    last = valued(rule, top, last_value) if takes_value and last_value is not None else None
    if entry is not None and entry.not_applicable:
        return absent(leaf, "not_applicable", last)
    if not takes_value:
        percent = (
            surveyed(rule["measure"], counts) if kind == "survey" else satisfied(rule["measure"], counts)
        )
        if percent is None:
            return absent(leaf, "missing", None)
        return rounded(on_scale(rule["scale"], top, percent), 30), top, False
    if entry is None or entry.value is None:
        return absent(leaf, "missing", None)
    points = valued(rule, top, entry.value)
    return absent(leaf, "not_arising", last) if points is None else (points, top, False)


def gap(
    leaf: Json, entry: Any, entries: Mapping[str, Any], rows: Mapping[str, Any], tree: Mapping[str, Json]
) -> tuple[Fraction, Fraction, bool]:
    top = f(leaf["max_points"])
    if entry is not None and entry.override is not None:
        return min(top, max(Fraction(0), f(entry.override))), top, False
    if entry is not None and entry.not_applicable:
        return absent(leaf, "not_applicable", None)
    own = final = whole = Fraction(0)
    for key, (points, maximum, excluded) in rows.items():
        claim = entries.get(key)
        if (
            claim is None
            or claim.self_value is None
            or excluded
            or tree[key]["rule"]["measure"]["kind"] in {"survey", "sipas"}
        ):
            continue
        scored = valued(tree[key]["rule"], f(tree[key]["max_points"]), claim.self_value)
        if scored is not None:
            own, final, whole = own + scored, final + points, whole + maximum
    if not whole:
        return absent(leaf, "not_arising", None)
    return rounded(on_scale(leaf["rule"]["scale"], top, abs(own - final) / whole * 100), 30), top, False


def capped(node: Json, prefix: str, effect: str, points: Mapping[str, Fraction], wanted: str) -> Fraction:
    """Σ of the topmost nodes of the wanted effect below and including this one, each capped."""
    own, key = node.get("effect", effect), prefix + node["code"]
    if own == wanted:
        return inside(node, key, own, points)
    return sum(
        (capped(child, f"{key}/", own, points, wanted) for child in node.get("children", [])), Fraction(0)
    )


def inside(node: Json, key: str, effect: str, points: Mapping[str, Fraction]) -> Fraction:
    if not node.get("children"):
        return points[key]
    same = [child for child in node["children"] if child.get("effect", effect) == effect]
    reached = sum((inside(child, f"{key}/{child['code']}", effect, points) for child in same), Fraction(0))
    return min(f(node["max_points"]), reached)


def unit_index(
    document: Json, entries: Mapping[str, Any], counts: Counts, last: Mapping[str, Json]
) -> dict[str, Any]:
    """Points of leaves, total, applicable maximum, percent, percents of areas, band and rating."""
    listed = list(leaves(document["nodes"]))
    tree = {key: leaf for key, leaf, _ in listed}
    gaps = {key for key, leaf in tree.items() if leaf["rule"]["measure"]["kind"] == "self_gap"}
    rows = {
        key: settle(leaf, entries.get(key), counts, last.get(key))
        for key, leaf in tree.items()
        if key not in gaps
    }
    within = [key for key, _, effect in listed if effect == "points"]
    plain = {key: row for key, row in rows.items() if key in within}
    for key in gaps:
        rows[key] = gap(tree[key], entries.get(key), entries, plain, tree)
    points = {key: row[0] for key, row in rows.items()}
    whole = sum((rows[key][1] for key in within), Fraction(0))
    bonus, penalty = (
        sum((capped(node, "", "points", points, wanted) for node in document["nodes"]), Fraction(0))
        for wanted in ("bonus", "penalty")
    )
    reached = max(Fraction(0), sum((points[key] for key in within), Fraction(0)) + bonus - penalty)
    reached = min(reached, whole)
    percent = rounded(reached / whole * 100, 20) if whole else None
    areas = {}
    for node in document["nodes"]:
        if node["role"] != "area":
            continue
        over = node.get("percent_over")
        keys = [
            k for k in within if k.split("/")[0] == node["code"] and (not over or tree[k]["source"] in over)
        ]
        top = sum((rows[key][1] for key in keys), Fraction(0))
        areas[node["code"]] = (
            rounded(sum((points[key] for key in keys), Fraction(0)) / top * 100, 20) if top else None
        )
    return {
        "points": points,
        "total": reached,
        "max": whole,
        "percent": percent,
        "areas": areas,
        "band": next(b["code"] for b in document["bands"] if percent >= f(b["floor"]))
        if percent is not None
        else None,
        "rating": rating(document, percent, [area for area in areas.values() if area is not None]),
    }


def rating(document: Json, percent: Fraction | None, areas: Sequence[Fraction]) -> str | None:
    if percent is None:
        return None
    for row in document["ratings"]["classes"]:
        enough = row["total_floor"] is None or percent >= f(row["total_floor"])
        if enough and (row["area_floor"] is None or all(area >= f(row["area_floor"]) for area in areas)):
            return str(row["code"])
    return None
