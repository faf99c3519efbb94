"""The self-scores a gap leaf compares with the final ones; its points are made in the engine."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.inputs import UnitInput
from scoring_api.results.domain.plan import ScoringPlan


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
