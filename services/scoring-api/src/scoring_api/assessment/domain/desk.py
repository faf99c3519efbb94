"""One unit's assessment as the secretariat looks at it: what was said of each leaf, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from scoring_api.assessment.domain.acts import Act, LeafStand
from scoring_api.assessment.domain.steps import open_steps
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.frameworks.domain.values import check_value

NOTHING = LeafStand(None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A unit on the secretariat's desk («hồ sơ của đơn vị»), by leaf.

    `areas` has the leaves that it scores itself, each with its area. `phase` is the one an appraisal made now
    belongs to, `closes_at` its end for this unit and `running` whether it takes writes now; `authored` are
    leaves that the looking appraiser claimed or explained, `returned` those that lie with the unit.
    """

    unit: str
    name: str
    form: str
    position: int
    framework: Framework
    areas: Mapping[str, str]
    step: str
    phase: str
    closes_at: datetime | None
    running: bool
    claims: Mapping[str, Act]
    stands: Mapping[str, LeafStand]
    authored: frozenset[str]
    returned: frozenset[str]

    def stand(self, leaf: str) -> LeafStand:
        return self.stands.get(leaf, NOTHING)

    @property
    def appraisable(self) -> bool:
        """Whether it is the secretariat's turn."""
        return self.step in open_steps(self.phase)


def points_of(leaf: Leaf, act: Act | None) -> Decimal | None:
    """What an act gives by the leaf's rule («điểm»); None where its figures give none, as those of no act."""
    if act is None or act.not_applicable:
        return None
    if act.points is not None:
        return act.points
    if check_value(leaf.rule, leaf.max_points, act.value):
        return None
    return score_value(leaf.rule, leaf.max_points, act.value or {}).points
