"""A random year: values on and beside the bounds of their rules, units that tie, counts, the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from scoring_api.results.domain.outcome import IndexResult
from tests.property.fraction_measures import VALUELESS, rule_of
from tests.property.fraction_twin import Inputs, leaves
from tests.property.random_frameworks import GROUPS, framework_document, text
from tests.unit.scoring.framework_json import Json

OPTIONS = ("A", "B", "C", "D", "K")
NEAR = ("0", "0", "0", "1E-20", "-1E-20", "5E-21", "-5E-21", "4E-21", "-4E-21", "-6E-21")
"""How far a measure lies from a bound: half of the last compared digit decides which side it is on."""
SHARES = ("1", "0.9", "0.8", "0.75", "0.7", "0.65", "0.5", "0", "0.89996", "0.899999999999999999999999")
UNITS = [AssessedUnit(code=code, rank_group="so" if code < "d" else "huyen") for code in "abcd"]


def figure(rng: Random, most: int = 40) -> str:
    return rng.choice([str(rng.randint(0, most)), f"{rng.randint(0, most)}.{rng.randint(0, 99):02d}"])


def target(rng: Random, scale: Mapping[str, Any]) -> Decimal:
    """A percent on or beside a bound of the scale."""
    if scale["kind"] == "linear":
        bounds = [scale["floor"], scale["full"], "100", "0"]
    else:
        bounds = [band["from"] for band in scale["bands"] if band["from"] is not None] or ["50"]
    if rng.random() < 0.3:
        return Decimal(rng.randint(0, 120))
    return NUMBERS.add(Decimal(rng.choice(bounds)), Decimal(rng.choice(NEAR)))


def part_of(whole: str, percent: Decimal) -> str:
    """What is so many percent of the whole; nothing is under 0."""
    return text(max(Decimal(0), NUMBERS.scaleb(NUMBERS.multiply(Decimal(whole), percent), -2)))


def proportion(rng: Random, kind: str, percent: Decimal) -> Json:
    whole = rng.choice(["100", "1", "3", "12.5", "7", "283"])
    found = {"numerator": part_of(whole, percent), "denominator": whole}
    if kind == "growth":
        return {"current": part_of(whole, NUMBERS.add(percent, Decimal(100))), "previous": whole}
    if kind == "product":
        twice = text(Decimal(whole) * 2)
        return {**found, "denominator": twice, "second_numerator": "6", "second_denominator": "3"}
    if kind == "complement":
        return {**found, "numerator": part_of(whole, NUMBERS.subtract(Decimal(100), percent))}
    return found


def value(rng: Random, leaf: Mapping[str, Any]) -> Json:
    """A value that passes the check of the leaf's rule."""
    rule = rule_of(leaf)
    kind, scale = rule["measure"]["kind"], rule["scale"]
    if kind == "choice":
        return {"level": rng.choice(scale["levels"])["code"]}
    if kind == "points":
        return {"points": text(NUMBERS.multiply(Decimal(leaf["max_points"]), Decimal(rng.choice(SHARES))))}
    if kind == "count":
        serious = {"serious": rng.random() < 0.3} if scale["kind"] == "deduct" else {}
        return {"count": rng.choice(["0", "1", "2", "9", "25", "75", "100"]), **serious}
    if kind == "formula":
        return {
            "variables": {
                name: rng.choice(["0", "1", "3", figure(rng), f"-{figure(rng)}", "9E+13"]) for name in "abc"
            }
        }
    if kind == "punctuality":
        on_time = rng.choice([0, 0, 25, 75, 80])
        return {
            "on_time": str(on_time),
            "late": str(rng.choice([0, 100 - on_time])),
            "missing": str(rng.randint(0, 3) * 5),
        }
    return proportion(rng, kind, target(rng, scale)) if rng.random() < 0.6 else anyhow(rng, kind)


def anyhow(rng: Random, kind: str) -> Json:
    """Figures as they come."""
    names = {
        "growth": ("current", "previous"),
        "product": ("numerator", "denominator", "second_numerator", "second_denominator"),
        "complement": ("numerator", "denominator", *rng.choice([("second_numerator",), ()])),
    }.get(kind, ("numerator", "denominator"))
    return {name: "0" if rng.random() < 0.1 else figure(rng) for name in names}


def entry(rng: Random, leaf: Mapping[str, Any]) -> LeafEntry | None:
    fate = rng.random()
    if fate < 0.08:
        return None
    valued = rule_of(leaf)["measure"]["kind"] not in VALUELESS
    return LeafEntry(
        value=value(rng, leaf) if valued and fate < 0.92 else None,
        override=None if fate < 0.9 else Decimal(rng.randint(-4, 200)) / 4,
        not_applicable=fate < 0.18,
        self_value=value(rng, leaf) if valued and rng.random() < 0.6 else None,
    )


def level(rng: Random, tree: Mapping[str, Json], share: Decimal) -> dict[str, LeafEntry]:
    """Every leaf at one share of its maximum; now and then points moved from one leaf to another."""
    points = {key: NUMBERS.multiply(Decimal(leaf["max_points"]), share) for key, leaf in tree.items()}
    if rng.random() < 0.6:
        one, other = rng.choice(sorted(tree)), rng.choice(sorted(tree))
        moved = min(points[one], NUMBERS.subtract(Decimal(tree[other]["max_points"]), points[other]))
        points[one] = NUMBERS.subtract(points[one], moved)
        points[other] = NUMBERS.add(points[other], moved)
    return {key: LeafEntry(override=of) for key, of in points.items() if rng.random() < 0.99}


def entries(
    rng: Random, tree: Mapping[str, Json], before: Sequence[dict[str, LeafEntry]], share: Decimal
) -> dict[str, LeafEntry]:
    """A unit's own entries; every leaf at one share of its maximum; or those of another unit, or nearly."""
    fate = rng.random()
    if fate < 0.3:
        return level(rng, tree, share)
    if before and fate < 0.55:
        found = dict(rng.choice(before))
        key = rng.choice(sorted(tree))
        held = found.get(key)
        if held is not None and held.override is not None and rng.random() < 0.5:
            nearly = NUMBERS.add(held.override, Decimal(rng.choice(["1E-21", "-1E-21", "1E-20", "1E-25"])))
            found[key] = replace(held, override=nearly)
        return found
    made = {key: entry(rng, leaf) for key, leaf in tree.items()}
    return {key: found for key, found in made.items() if found is not None}


def cells(rng: Random, unit: str) -> list[TallyCell]:
    places = [("p", q) for q in ("c1", "c2", "c3")] + [("p2", "c1")] + [("s", q) for q in ("q1", "q2", "q3")]
    most = rng.choice([1, 6, 6])
    return [
        TallyCell(
            unit=unit,
            questionnaire=questionnaire,
            group=group,
            question=question,
            counts={option: rng.randint(0, most) for option in OPTIONS},
        )
        for questionnaire, question in places
        for group in GROUPS
        if rng.random() < 0.8
    ]


def previous(rng: Random, tree: Mapping[str, Json], areas: Sequence[str]) -> PreviousYear:
    known = {
        key: value(rng, leaf)
        for key, leaf in tree.items()
        if rule_of(leaf)["measure"]["kind"] not in VALUELESS and rng.random() < 0.5
    }
    return PreviousYear(
        rank=rng.choice([None, 1, 2, 7]),
        percent=rng.choice([None, Decimal("69.95"), Decimal(100)]),
        comparability=rng.choice(["comparable", "partly", "not"]),
        review_years={key: rng.randint(1, 3) for key in areas if rng.random() < 0.5},
        values=known,
    )


class Year:
    """One random year: a framework and everything its units are judged by."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self.rng = rng
        self.document: Json = framework_document(rng)
        self.framework = parse_framework(self.document)
        self.tree = leaves(self.document["nodes"])
        self.entries: dict[str, dict[str, LeafEntry]] = {}
        share = Decimal(rng.choice(SHARES))
        for unit in UNITS:
            self.entries[unit.code] = entries(rng, self.tree, list(self.entries.values()), share)
        self.cells = [cell for unit in UNITS for cell in cells(rng, unit.code)]
        watched = list((self.document.get("review") or {"areas": []})["areas"])
        self.previous = {unit.code: previous(rng, self.tree, watched) for unit in UNITS[:3]}

    def index(
        self, units: list[AssessedUnit] | None = None, cells: list[TallyCell] | None = None
    ) -> IndexResult:
        return compute_index(
            self.framework,
            units or UNITS,
            self.entries,
            self.cells if cells is None else cells,
            self.previous,
        )

    def inputs(self) -> list[Inputs]:
        """The same for the twin."""
        return [
            Inputs(
                unit.code,
                unit.rank_group,
                self.entries[unit.code],
                {(c.questionnaire, c.group, c.question): c.counts for c in self.cells if c.unit == unit.code},
                self.previous.get(unit.code),
            )
            for unit in UNITS
        ]
