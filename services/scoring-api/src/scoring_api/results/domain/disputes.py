"""Leaves that the council has to look at, with what both sides say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring_api.assessment.domain.acts import Act, LeafStand, self_scored
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.results.domain.outcome import UnitResult

CAUSES = {
    "differs": "tự chấm và thẩm định khác nhau",
    "explained": "đơn vị có giải trình",
    "undecided": "chưa có điểm, chờ Hội đồng quyết định",
    "complaint": "đơn vị có kiến nghị",
    "fall_through": "văn bản quy định chưa bao quát trường hợp xếp loại này",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedLeaf:
    """A leaf in dispute («tiêu chí còn ý kiến khác nhau»): why, the latest act of each side, points of both.

    `decided` is the council's own latest act, None before it decided.
    """

    leaf: Leaf
    causes: tuple[str, ...]
    claimed: Act | None
    appraised: Act | None
    decided: Act | None
    claimed_points: Decimal | None
    appraised_points: Decimal | None


def act_points(leaf: Leaf, act: Act | None) -> Decimal | None:
    """Points of one act by the leaf's rule; None where there is no value to score."""
    if act is None or act.value is None:
        return None if act is None else act.points
    return score_value(leaf.rule, leaf.max_points, act.value).points


def disputed_leaves(
    framework: Framework,
    found: UnitResult,
    stands: Mapping[str, LeafStand],
    explained: Mapping[str, Act],
    complained: frozenset[str],
) -> Iterator[DisputedLeaf]:
    """The leaves of one unit on which the council is asked, in tree order.

    `stands` and `explained` (the unit's latest explanation) are by leaf. Claim and appraisal differ when
    their points do, or when one of them alone says that the leaf does not apply: another figure that gives
    the same points takes nothing from anybody.
    """
    undecided = set(found.score.undecided)
    for leaf in framework.leaves:
        stand = stands.get(leaf.key) or LeafStand(None, None, None)
        claimed, appraised = act_points(leaf, stand.claimed), act_points(leaf, stand.appraised)
        differs = self_scored(leaf) and _differ(stand, claimed, appraised)
        causes = (
            *(["differs"] if differs else []),
            *(["explained"] if leaf.key in explained else []),
            *(["undecided"] if leaf.key in undecided else []),
            *(["complaint"] if leaf.key in complained else []),
        )
        if causes:
            yield DisputedLeaf(
                leaf=leaf,
                causes=causes,
                claimed=stand.claimed,
                appraised=stand.appraised,
                decided=stand.decided,
                claimed_points=claimed,
                appraised_points=appraised,
            )


def _differ(stand: LeafStand, claimed: Decimal | None, appraised: Decimal | None) -> bool:
    if stand.appraised is None or stand.claimed is None:
        return False
    return claimed != appraised or stand.claimed.not_applicable != stand.appraised.not_applicable
