"""What a computation found, as plain data with exact figures: the part of a pack that is proved."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.outcome import (
    HeadRating,
    IndexResult,
    PartScore,
    ReviewDuty,
    UnitResult,
    lost_points,
)

SCHEMA = "parindex/result-record/1"


def result_record(results: Sequence[IndexResult]) -> dict[str, Any]:
    """The record («bản ghi kết quả»): by criteria set and unit every figure, as exact text; null is none."""
    return {
        "schema": SCHEMA,
        "sets": [
            {
                "framework": result.framework.code,
                "units": {code: _unit(result.framework, found) for code, found in result.units.items()},
            }
            for result in results
        ],
    }


def _unit(framework: Framework, found: UnitResult) -> dict[str, Any]:
    score, standing = found.score, found.standing
    rows = zip(framework.leaves, score.leaves, strict=True)
    return {
        "points": decimal_text(score.points),
        "applicable_max": decimal_text(score.applicable_max),
        "bonus": decimal_text(score.bonus),
        "penalty": decimal_text(score.penalty),
        "percent": _text(score.percent),
        "rank": standing.rank,
        "previous_rank": standing.previous_rank,
        "change": standing.change,
        "previous_percent": _text(standing.previous_percent),
        "percent_change": _text(standing.percent_change),
        "comparability": standing.comparability,
        "band": score.band.code if score.band else None,
        "next_band": score.next_band.code if score.next_band else None,
        "next_band_distance": _text(score.next_band_distance),
        "rating": _rating(score.rating) if score.rating else None,
        "reviews": {duty.area: _review(duty) for duty in score.reviews},
        "undecided": list(score.undecided),
        "skipped_areas": list(score.skipped_areas),
        "areas": {part.node.key: _part(part) for part in score.parts},
        "leaves": {leaf.key: _leaf(outcome) for leaf, outcome in rows},
        "lost_points": [[key, decimal_text(lost)] for key, lost in lost_points(framework, score)],
    }


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else decimal_text(figure)


def _review(duty: ReviewDuty) -> dict[str, Any]:
    return {
        "percent": decimal_text(duty.percent),
        "threshold": decimal_text(duty.threshold),
        "consecutive_years": duty.consecutive_years,
    }


def _rating(found: HeadRating) -> dict[str, Any]:
    blocked = found.blocked_by
    return {
        "code": found.rating.code,
        "by_fall_through": found.by_fall_through,
        "blocked_by": blocked
        and {
            "kind": blocked.kind,
            "key": blocked.key,
            "percent": decimal_text(blocked.percent),
            "floor": decimal_text(blocked.floor),
        },
    }


def _part(part: PartScore) -> dict[str, Any]:
    return {
        "points": decimal_text(part.points),
        "max_points": decimal_text(part.max_points),
        "percent_points": decimal_text(part.percent_points),
        "percent_max": decimal_text(part.percent_max),
        "percent": _text(part.percent),
    }


def _leaf(outcome: LeafScore) -> dict[str, Any]:
    return {
        "points": decimal_text(outcome.points),
        "max_points": decimal_text(outcome.max_points),
        "status": outcome.status,
        "policy": outcome.policy,
        "measure": _text(outcome.measure),
        "step": outcome.step,
        "excess": outcome.excess,
    }
