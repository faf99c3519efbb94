"""How far a unit's self-scores lie from the final ones, and the leaves scored by that; no other leaf."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from parindex.kernel.points import share
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.scoring import ZERO, LeafScore, Line
from scoring_api.results.domain.inputs import LeafEntry, UnitInput
from scoring_api.results.domain.plan import ScoringPlan, overridden, settled


class SelfScored(NamedTuple):
    """A leaf the unit scored itself («mục tự chấm»): its own points, the final ones, their maximum."""

    leaf: Leaf
    own: Decimal
    final: Decimal
    max_points: Decimal


def self_scored(plan: ScoringPlan, given: UnitInput, outcomes: Sequence[LeafScore]) -> list[SelfScored]:
    """Leaves that were self-scored and not excluded; gap leaves and those beside the 100 never are.

    The accuracy of self-scoring (QĐ 4361/QĐ-BNV, 1.2.2) compares Σ own with Σ final over them.
    """
    found = []
    for row, outcome in zip(plan.leaves, outcomes, strict=True):
        claim = given.entries.get(row.leaf.key)
        if claim is None or claim.self_value is None or row.scorer is None or row.leaf.effect != "points":
            continue
        score = row.scorer(claim.self_value)
        if score.status == "scored" and outcome.policy != "exclude":
            found.append(SelfScored(row.leaf, score.points, outcome.points, outcome.max_points))
    return found


def self_gap(plan: ScoringPlan, given: UnitInput, outcomes: Sequence[LeafScore]) -> Decimal | None:
    """How far self scores lie from final ones («độ chính xác tự chấm»), in percent of their maximum.

    |Σ self − Σ final| over leaves that were self-scored and not excluded; gap leaves never are.
    None when there are none.
    """
    rows = self_scored(plan, given, outcomes)
    apart = sum([row.own - row.final for row in rows], ZERO)
    whole = sum([row.max_points for row in rows], ZERO)
    return share(abs(apart), whole) if whole else None


def settle_gap(leaf: Leaf, line: Line, entry: LeafEntry | None, measure: Decimal | None) -> LeafScore:
    """A gap leaf from the one measure all of them share."""
    if entry is not None and entry.override is not None:
        return overridden(leaf, entry.override)
    if entry is not None and entry.not_applicable:
        return settled(leaf, "not_applicable", None)
    if measure is None:
        return settled(leaf, "not_arising", None)
    points, step = line(measure)
    return LeafScore(points, leaf.max_points, "scored", "", measure, step)
