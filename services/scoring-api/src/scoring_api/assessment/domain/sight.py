"""What a unit sees of its own assessment («đơn vị được xem gì») before anything is published, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.period import Window
from scoring_api.frameworks.domain.framework import Leaf


@dataclass(frozen=True, slots=True)
class Sight:
    """How far somebody sees into an assessment («được xem đến đâu»): what the unit wrote itself always.

    `appraisals` opens what the secretariat said of its leaves, `result` everything that the council decides
    on: its acts, sums, ranks, survey points.
    """

    appraisals: bool
    result: bool

    def of_leaf(self, leaf: Leaf) -> bool:
        """Whether the points that a leaf was given are seen: those of surveys come with the result alone."""
        plain = leaf.rule.takes_value and leaf.source != "survey"
        return self.result or (self.appraisals and plain)

    def of_act(self, act: Act, leaf: Leaf) -> bool:
        if act.stage in {"self", "explanation"}:
            return True
        return self.of_leaf(leaf) and (act.stage == "appraisal" or self.result)


EVERYTHING = Sight(appraisals=True, result=True)
"""What they see who judge."""


def unit_sight(state: str, windows: Iterable[Window], unit: str, at: datetime) -> Sight:
    """The sight of a unit at `at`: it sees what it may answer.

    The appraisal once the explanation («giải trình») is open to it; the result once it is provisional, if
    a complaint («khiếu nại, kiến nghị») may be made against it.

    >>> from datetime import UTC
    >>> opens, closes = datetime(2023, 1, 17, tzinfo=UTC), datetime(2023, 1, 20, tzinfo=UTC)
    >>> explaining, complaining = Window("explanation", opens, closes), Window("complaint", opens, closes)
    >>> unit_sight("open", [explaining], "so-y-te", opens)
    Sight(appraisals=True, result=False)
    >>> unit_sight("provisional", [complaining], "so-y-te", opens)
    Sight(appraisals=True, result=True)
    >>> unit_sight("provisional", [], "so-y-te", closes)
    Sight(appraisals=False, result=False)
    """
    own = [window for window in windows if window.unit in {"", unit}]
    result = state in {"provisional", "finalized"} and any(window.phase == "complaint" for window in own)
    explaining = any(window.phase == "explanation" and window.opens_at <= at for window in own)
    return Sight(appraisals=result or explaining, result=result)
