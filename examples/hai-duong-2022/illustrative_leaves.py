"""Draws a value for each document leaf so that areas come out at given points; no file access."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import illustrative_plan as plan

Value = dict[str, Any]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value, the points it earns and the maximum it counts in (0 when nothing arose)."""

    value: Value
    points: Decimal
    maximum: Decimal


def document_leaves(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Key and node of every leaf that is proved by documents, in tree order."""
    key = f"{path}{node['code']}"
    for child in node.get("children", ()):
        yield from document_leaves(child, f"{key}/")
    if node.get("source") == "documents":
        yield key, node


def whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class UnitDraw:
    """The values of one unit; the generator is shared, so units must be drawn in one fixed order."""

    def __init__(self, unit: str, rates: Mapping[str, Decimal], rng: Random) -> None:
        self.unit = unit
        self.rates = rates
        self.rng = rng
        self.files = rng.randrange(2, 21 if unit.startswith("so-") else 17) * 1000

    def denominator(self, node: Mapping[str, Any]) -> int:
        if node["code"] in plan.OF_ALL_FILES:
            return self.files
        low, high = plan.DENOMINATORS[node["code"]]
        return self.rng.randint(low, high)

    def rate(self, node: Mapping[str, Any], percent: Decimal) -> Drawn:
        """A ratio of about this percent, with its exact points."""
        base = self.denominator(node)
        part = min(base, whole(percent * base / 100))
        return self.scored(node, {"numerator": str(part), "denominator": str(base)})

    def scored(self, node: Mapping[str, Any], value: Value) -> Drawn:
        maximum = Decimal(node["max_points"])
        return Drawn(value, points_of(node["rule"], value, maximum), maximum)

    def fixed(self, key: str, node: Mapping[str, Any]) -> Drawn | None:
        """What the report tells of this leaf of this unit, or None."""
        if (self.unit, key) in plan.NOT_ARISING:
            return Drawn({"numerator": "0", "denominator": "0"}, ZERO, ZERO)
        if (self.unit, key) in plan.FIXED_COUNTS:
            return self.scored(node, {"count": str(plan.FIXED_COUNTS[self.unit, key])})
        if key in plan.NONE_BY_DEFAULT:
            return self.scored(node, {"count": "0"})
        return self.fixed_by_finding(node)

    def fixed_by_finding(self, node: Mapping[str, Any]) -> Drawn | None:
        name = node["name"]
        if "liên thông TTHC" in name and self.unit in plan.NOT_INTERLINKED:
            return self.scored(node, {"level": "khong"})
        if "tạm dừng" in name:
            many = self.unit in plan.MANY_PAUSED
            return self.rate(
                node, Decimal(self.rng.randint(56, 88) if many else self.rng.randint(4, 18)) / 10
            )
        if "trực tuyến mức độ 3" in name:
            return self.rate(node, self.rates["online"])
        if "số hoá hồ sơ" in name:
            return self.rate(node, self.rates["digitised"])
        if node["code"] == "5.1" and self.unit == plan.WRONG_POSTS:
            return self.rate(node, Decimal(82))
        return None

    def area(self, leaves: list[tuple[str, Mapping[str, Any]]], percent: Decimal) -> dict[str, Drawn]:
        """Values of an area that earn about `percent` of its applicable maximum."""
        drawn = {key: found for key, node in leaves if (found := self.fixed(key, node))}
        free = [(key, node) for key, node in leaves if key not in drawn]
        maximum = sum((item.maximum for item in drawn.values()), ZERO)
        maximum += sum((Decimal(node["max_points"]) for _, node in free), ZERO)
        lost = sum((item.maximum - item.points for item in drawn.values()), ZERO)
        to_lose = max(ZERO, maximum * (100 - percent) / 100 - lost)
        steps = [pair for pair in free if pair[1]["rule"]["scale"]["kind"] != "linear"]
        smooth = [pair for pair in free if pair[1]["rule"]["scale"]["kind"] == "linear"]
        to_lose = self.lose_by_steps(steps, to_lose, drawn, smooth)
        self.lose_smoothly(smooth, to_lose, drawn)
        return {key: drawn[key] for key, _ in leaves}

    def lose_by_steps(
        self,
        steps: list[tuple[str, Mapping[str, Any]]],
        to_lose: Decimal,
        drawn: dict[str, Drawn],
        smooth: list[tuple[str, Mapping[str, Any]]],
    ) -> Decimal:
        """Lowers leaves of levels, counts and bands, until the smooth leaves can lose the rest."""
        easy = sum((Decimal(node["max_points"]) for _, node in smooth), ZERO) * Decimal("0.12")
        for key, node in self.rng.sample(steps, len(steps)):
            best, *lower = self.options(node)
            fitting = [option for option in lower if best.points - option.points <= to_lose]
            wanted = to_lose > easy or self.rng.random() < 0.25
            step = -1 if to_lose > 4 * easy else 0
            drawn[key] = fitting[step] if fitting and wanted else best
            to_lose -= best.points - drawn[key].points
        return to_lose

    def lose_smoothly(
        self, smooth: list[tuple[str, Mapping[str, Any]]], to_lose: Decimal, drawn: dict[str, Drawn]
    ) -> None:
        """Spreads the rest over the ratios, small denominators first: the last ones absorb roundings."""
        order = sorted(smooth, key=lambda pair: plan.DENOMINATORS.get(pair[1]["code"], (self.files,))[0])
        weight = sum((Decimal(node["max_points"]) for _, node in order), ZERO)
        for key, node in order:
            maximum = Decimal(node["max_points"])
            share = to_lose * maximum / weight if weight else ZERO
            if weight != maximum:
                share *= Decimal(self.rng.randint(60, 140)) / 100
            full, floor = (Decimal(node["rule"]["scale"][end]) for end in ("full", "floor"))
            percent = max(floor + 2, full * (1 - min(share, maximum) / maximum))
            if percent >= full and full < 100:
                percent = min(Decimal(100), full + self.rng.randint(0, 4))
            drawn[key] = self.rate(node, percent)
            to_lose -= maximum - drawn[key].points
            weight -= maximum

    def options(self, node: Mapping[str, Any]) -> list[Drawn]:
        """Possible outcomes of a leaf of steps, best first; no ratio is drawn before it is needed."""
        scale, kind = node["rule"]["scale"], node["rule"]["measure"]["kind"]
        if "levels" in scale:
            return [self.scored(node, {"level": level["code"]}) for level in scale["levels"]]
        if kind == "count":
            most = 4 if scale["kind"] == "per_item" and scale["points_each"] == "0.5" else 2
            counts = range(most, -1, -1) if scale["kind"] == "per_item" else range(most + 1)
            return [self.scored(node, {"count": str(count)}) for count in counts]
        return [self.in_band(node, index) for index in range(len(scale["bands"]) - 1, -1, -1)]

    def in_band(self, node: Mapping[str, Any], index: int) -> Drawn:
        """A ratio or a growth inside one band of a table."""
        bands = node["rule"]["scale"]["bands"]
        growing = node["rule"]["measure"]["kind"] == "growth"
        low = Decimal(bands[index]["from"] or (-6 if growing else 0))
        high = Decimal(bands[index + 1]["from"]) if index + 1 < len(bands) else low + (3 if growing else 12)
        if index == 0 and not growing:
            low = high * Decimal("0.8")
        percent = low + (high - low) * Decimal(self.rng.randint(35, 75)) / 100
        if not growing:
            base = self.denominator(node)
            return self.scored(
                node, {"numerator": str(whole(percent * base / 100)), "denominator": str(base)}
            )
        before = self.denominator(node)
        now = whole(before * (100 + percent) / 100)
        return self.scored(node, {"current": str(now), "previous": str(before)})


def points_of(rule: Mapping[str, Any], value: Value, maximum: Decimal) -> Decimal:
    """Points by the four kinds of rule this example uses; the engine is the judge, verify.py asks it."""
    scale = rule["scale"]
    if "levels" in scale:
        return next(Decimal(row["points"]) for row in scale["levels"] if row["code"] == value["level"])
    if "count" in value:
        earned = Decimal(value["count"]) * Decimal(scale["points_each"])
        return min(maximum, earned) if scale["kind"] == "per_item" else max(ZERO, maximum - earned)
    measure = measured(value)
    if scale["kind"] == "linear":
        if measure < Decimal(scale["floor"]):
            return ZERO
        return min(maximum, maximum * measure / Decimal(scale["full"]))
    return [
        Decimal(row["points"])
        for row in scale["bands"]
        if row["from"] is None or measure >= Decimal(row["from"])
    ][-1]


def measured(value: Value) -> Decimal:
    """Percent of a ratio, or percent of change."""
    if "previous" in value:
        before = Decimal(value["previous"])
        return (Decimal(value["current"]) - before) * 100 / before
    return Decimal(value["numerator"]) * 100 / Decimal(value["denominator"])
