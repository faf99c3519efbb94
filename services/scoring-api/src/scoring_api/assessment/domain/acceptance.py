"""Accepting many claims at once («chấp nhận hàng loạt»): which a filter means, which it leaves and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.decisions import unfinished
from scoring_api.assessment.domain.desk import Desk, points_of
from scoring_api.assessment.domain.guard import Guard
from scoring_api.assessment.domain.steps import waits
from scoring_api.frameworks.domain.framework import Framework, Leaf

LEFT = {
    "own_unit": "đơn vị của người thẩm định",
    "conflict_declared": "có xung đột lợi ích với đơn vị",
    "foreign_area": "ngoài lĩnh vực của tài khoản",
    "area_not_assigned": "lĩnh vực của đơn vị này giao cho người khác",
    "author_appraises": "chính người này đã khai",
    "assessment_state": "bài đánh giá không ở bước thẩm định",
    "window_closed": "ngoài thời gian thẩm định",
    "leaf_returned": "đang chờ đơn vị bổ sung",
    "claim_unfinished": "đơn vị chưa khai đủ",
}
"""Why a claim that the filter means is not accepted."""
_CLAIMS = {"unappraised", "changed"}  # a leaf that the unit explained is looked at by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which claims are meant («điều kiện lọc»); an empty field means all."""

    units: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()
    with_evidence: bool = False
    full_points: bool = False

    def means(self, unit: str, framework: Framework) -> bool:
        return (not self.units or unit in self.units) and (
            not self.frameworks or framework.code in self.frameworks
        )

    def takes(self, area: str, leaf: Leaf, claim: Act | None) -> bool:
        """Whether it means this claim of a unit that it means."""
        if self.areas and area not in self.areas:
            return False
        if self.leaves and leaf.key not in self.leaves:
            return False
        if self.with_evidence and not (claim and claim.evidence):
            return False
        return not self.full_points or points_of(leaf, claim) == leaf.max_points


@dataclass(frozen=True, slots=True)
class Meant:
    """A claim that the filter means; `left` is the code of LEFT, empty for one that is accepted."""

    unit: str
    leaf: str
    left: str
    claim: Act | None


def meant(desk: Desk, chosen: Filter, guard: Guard) -> Iterator[Meant]:
    """The claims of one unit that wait for an appraisal and that the filter means, in tree order."""
    if not chosen.means(desk.unit, desk.framework):
        return
    barred = {area: guard.refusal(desk.unit, area) for area in set(desk.areas.values())}
    for leaf in desk.framework.leaves:
        area, claim = desk.areas.get(leaf.key), desk.claims.get(leaf.key)
        waiting = area is not None and waits(desk.stand(leaf.key)) in _CLAIMS
        if area is not None and waiting and chosen.takes(area, leaf, claim):
            yield Meant(desk.unit, leaf.key, barred[area] or _left(desk, leaf, claim), claim)


def _left(desk: Desk, leaf: Leaf, claim: Act | None) -> str:
    if desk.step != "submitted":
        return "assessment_state"
    if not desk.running:
        return "window_closed"
    if leaf.key in desk.authored:
        return "author_appraises"
    if leaf.key in desk.returned:
        return "leaf_returned"
    return "claim_unfinished" if claim is None or unfinished(leaf, claim) else ""
