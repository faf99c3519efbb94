"""Every figure the engine gives out beside what the slow twin says, over a range of seeds in processes of its own."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from fractions import Fraction
from multiprocessing import get_context
from typing import Any

from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.rules import BandTable
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.outcome import UnitResult, lost_points
from tests.property.fraction_measures import rounded
from tests.property.fraction_twin import index
from tests.property.random_years import Year

CHUNK = 500


def exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def leaf_view(row: LeafScore, *, stepped: bool) -> dict[str, Any]:
    return {
        "points": exact(row.points),
        "max": exact(row.max_points),
        "status": row.status,
        "policy": row.policy,
        "measure": None if row.measure is None else rounded(Fraction(row.measure), 40),
        "step": Fraction(row.step) if stepped and row.step else row.step,
        "excess": row.excess,
    }


def unit_view(framework: Framework, found: UnitResult) -> dict[str, Any]:
    """What the engine found, with the names of the twin."""
    score, rating = found.score, found.score.rating
    blocked = rating.blocked_by if rating else None
    rows = zip(framework.leaves, score.leaves, strict=True)
    return {
        "points": exact(score.points),
        "max": exact(score.applicable_max),
        "bonus": exact(score.bonus),
        "penalty": exact(score.penalty),
        "percent": exact(score.percent),
        "band": score.band and score.band.code,
        "next_band": score.next_band and score.next_band.code,
        "next_band_distance": exact(score.next_band_distance),
        "leaves": {
            leaf.key: leaf_view(row, stepped=isinstance(leaf.rule.scale, BandTable)) for leaf, row in rows
        },
        "parts": {
            part.node.key: {
                "points": exact(part.points),
                "max": exact(part.max_points),
                "percent_points": exact(part.percent_points),
                "percent_max": exact(part.percent_max),
                "percent": exact(part.percent),
            }
            for part in score.parts
        },
        "rating": rating
        and {
            "code": rating.rating.code,
            "blocked_by": blocked
            and (blocked.kind, blocked.key, exact(blocked.percent), exact(blocked.floor)),
            "by_fall_through": rating.by_fall_through,
        },
        "reviews": [
            (duty.area, exact(duty.percent), exact(duty.threshold), duty.consecutive_years)
            for duty in score.reviews
        ],
        "undecided": list(score.undecided),
        "skipped_areas": list(score.skipped_areas),
        "lost_points": [(key, exact(lost)) for key, lost in lost_points(framework, score)],
        "tie_values": [exact(value) for value in score.tie_values],
        "standing": (
            found.standing.rank,
            found.standing.previous_rank,
            found.standing.change,
            exact(found.standing.previous_percent),
            exact(found.standing.percent_change),
            found.standing.comparability,
        ),
    }


def differences(seed: int) -> list[str]:
    """Where engine and twin differ in one random year; nothing when they agree on every figure."""
    year = Year(seed)
    result, twin = year.index(), index(year.document, year.inputs())
    found = []
    for code, unit in result.units.items():
        view, said = unit_view(year.framework, unit), twin[code]
        for row in said["leaves"].values():
            row["measure"] = None if row["measure"] is None else rounded(row["measure"], 40)
        found += [f"seed {seed} unit {code} {at}" for at in unlike(view, said)]
    return found


def unlike(one: Any, other: Any, at: str = "") -> list[str]:
    """Places where two trees of figures are not the same."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        return [row for key, value in one.items() for row in unlike(value, other[key], f"{at}.{key}")]
    if isinstance(one, dict) and isinstance(other, dict) and set(one) == set(other) and not at:
        return [row for key, value in one.items() for row in unlike(value, other[key], f".{key}")]
    return [] if one == other else [f"{at}: engine {one}, twin {other}"]


def differing(first: int, stop: int) -> list[str]:
    return [row for seed in range(first, stop) for row in differences(seed)]


def compare(first: int, number: int) -> list[str]:
    """The differences of `number` years from a first seed on; says so while it works."""
    chunks = [(start, min(start + CHUNK, first + number)) for start in range(first, first + number, CHUNK)]
    found: list[str] = []
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for done, rows in enumerate(pool.map(differing, *zip(*chunks, strict=True)), 1):
            found += rows
            print(f"seeds {first}…{chunks[done - 1][1] - 1}: {len(found)} differences", file=sys.stderr)
    return found
