"""How far the units of a period are, as counts of leaves; and what of it is outstanding, by when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from scoring_api.assessment.domain.acts import self_scored
from scoring_api.assessment.domain.deadlines import closing_of
from scoring_api.assessment.domain.period import Window
from scoring_api.assessment.domain.supplements import Supplement
from scoring_api.frameworks.domain.framework import Framework

STATUS_NAMES = {
    "draft": "đang tự chấm",
    "submitted": "đã nộp",
    "appraised": "đã thẩm định",
    "explained": "đã giải trình",
    "final_appraised": "đã thẩm định lần cuối",
}
OUTSTANDING = {
    "submission": "chưa nộp tự chấm",
    "appraisal": "chưa thẩm định xong",
    "final_appraisal": "chưa thẩm định lần cuối",
    "supplement": "chưa bổ sung phần được trả lại",
    "tally": "chưa nhận kết quả điều tra xã hội học",
    "handover": "chưa có biên bản bàn giao phiếu",
}
_AWAITED = {
    "draft": ("submission", "self_assessment"),
    "submitted": ("appraisal", "appraisal"),
    "appraised": ("final_appraisal", "final_appraisal"),
    "explained": ("final_appraisal", "final_appraisal"),
}
"""By status of an assessment: what it waits for, and in which phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Leaves that units score themselves («tiêu chí tự chấm»), and how many of them are so far.

    `evidenced` are claims with files, `disputed` those whose appraisal gives other points.
    """

    leaves: int = 0
    claimed: int = 0
    evidenced: int = 0
    appraised: int = 0
    explained: int = 0
    disputed: int = 0


def summed(counts: Iterable[Counts]) -> Counts:
    """Counts of several places together.

    >>> summed([Counts(leaves=3, claimed=2), Counts(leaves=1)])
    Counts(leaves=4, claimed=2, evidenced=0, appraised=0, explained=0, disputed=0)
    """
    rows = [astuple(found) for found in counts]
    names = ("leaves", "claimed", "evidenced", "appraised", "explained", "disputed")
    return Counts(**dict(zip(names, map(sum, zip(*rows, strict=True)), strict=False)))


def areas_of_leaves(framework: Framework) -> dict[str, str]:
    """The area of each leaf that a unit scores itself; its topmost group where no area is above it."""
    found = {
        leaf.key: root.key for root in framework.roots for leaf in framework.leaves[root.first : root.stop]
    }
    for node in framework.nodes.values():
        if node.role == "area":
            found.update({leaf.key: node.key for leaf in framework.leaves[node.first : node.stop]})
    return {leaf.key: found[leaf.key] for leaf in framework.leaves if self_scored(leaf)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """Something that is not there yet («việc còn thiếu»), of one unit where it is named, and by when."""

    kind: str
    unit: str
    due_at: datetime | None
    leaves: int = 0


def units_outstanding(
    statuses: Mapping[str, str], counts: Mapping[str, Counts], windows: Sequence[Window]
) -> Iterator[Outstanding]:
    """What each unit's assessment waits for, with the leaves that are left to do.

    >>> from datetime import UTC
    >>> day = datetime(2023, 1, 10, 17, tzinfo=UTC)
    >>> windows = [Window("self_assessment", datetime(2022, 12, 25, tzinfo=UTC), day)]
    >>> counts = {"so-y-te": Counts(leaves=44, claimed=40)}
    >>> [(found.kind, found.leaves) for found in units_outstanding({"so-y-te": "draft"}, counts, windows)]
    [('submission', 4)]
    >>> list(units_outstanding({"so-y-te": "appraised"}, counts, windows))  # no final appraisal is declared
    []
    """
    declared = {window.phase for window in windows}
    for unit, status in statuses.items():
        kind, phase = _AWAITED.get(status, ("", ""))
        if not kind or (kind == "final_appraisal" and phase not in declared):
            continue
        found = counts.get(unit, Counts())
        left = found.leaves - (found.claimed if kind == "submission" else found.appraised)
        yield Outstanding(
            kind=kind,
            unit=unit,
            due_at=closing_of(windows, phase, unit),
            leaves=0 if kind == "final_appraisal" else left,
        )


def supplements_outstanding(supplements: Iterable[Supplement]) -> Iterator[Outstanding]:
    """Leaves that were returned to a unit and that it has not answered for, in time or late."""
    for found in supplements:
        if found.end is None:
            yield Outstanding(
                kind="supplement", unit=found.unit, due_at=found.closes_at, leaves=len(found.leaves)
            )


def survey_outstanding(
    windows: Sequence[Window], *, tallied: bool, handed_over: bool
) -> Iterator[Outstanding]:
    """What the survey still owes: its counts, then the minutes of its ballots, before the council meets."""
    if tallied and handed_over:
        return
    due = closing_of(windows, "final_appraisal", "") or closing_of(windows, "appraisal", "")
    yield Outstanding(kind="handover" if tallied else "tally", unit="", due_at=due)
