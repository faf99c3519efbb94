"""What must be there before a period opens and before the council meets; how it is found stands elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from parindex.kernel.errors import Fault
from scoring_api.assessment.domain.period import PHASE_NAMES, Window

STEPS = ("open", "council", "provisional", "finalize")
"""The steps of a period («bước tiếp theo»), each from the state that the step before it leads to."""
NEXT_STEPS = dict(zip(("draft", "open", "council", "provisional"), STEPS, strict=True))
"""The step that comes next, by the state a period is in."""
NEEDED_PHASES = ("self_assessment", "appraisal")


def opening_faults(windows: Sequence[Window], units: int, further: Sequence[Fault]) -> list[Fault]:
    """Before a period opens («mở kỳ đánh giá») units are bound, and both phases a year needs have windows.

    `further` is what is wrong with units, frameworks, owner and the year before: it may have become wrong
    since the draft was written.

    >>> [(fault.pointer, fault.code) for fault in opening_faults([], 0, [])]
    [('/units', 'units_missing'), ('/phases/self_assessment', 'window_missing'), \
('/phases/appraisal', 'window_missing')]
    """
    declared = {window.phase for window in windows}
    faults = [] if units else [Fault("/units", "units_missing", "kỳ đánh giá chưa có đơn vị nào")]
    faults += [
        Fault(f"/phases/{phase}", "window_missing", f"chưa đặt thời hạn {PHASE_NAMES[phase]}")
        for phase in NEEDED_PHASES
        if phase not in declared
    ]
    return [*faults, *further]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What the council waits for («điều kiện họp Hội đồng»).

    `unfinished` are units whose appraisal is not complete, `unappraised` (unit, leaf) pairs without an
    appraisal whose missing policy leaves the question to the council.
    """

    unfinished: Sequence[str]
    unappraised: Sequence[tuple[str, str]]
    surveyed: bool
    tallied: bool
    handed_over: bool


def council_faults(found: Readiness) -> list[Fault]:
    """Before the council meets every unit is appraised, the survey counted and its ballots handed over.

    >>> found = Readiness(
    ...     unfinished=["so-y-te"], unappraised=[], surveyed=True, tallied=True, handed_over=False)
    >>> [(fault.pointer, fault.code) for fault in council_faults(found)]
    [('/units/so-y-te', 'appraisal_incomplete'), ('/handover', 'handover_missing')]
    """
    faults = [
        Fault(f"/units/{unit}", "appraisal_incomplete", "đơn vị chưa thẩm định xong")
        for unit in found.unfinished
    ]
    faults += [
        Fault(f"/units/{unit}/{leaf}", "leaf_unappraised", "tiêu chí chưa có điểm thẩm định")
        for unit, leaf in found.unappraised
    ]
    if found.surveyed and not found.tallied:
        faults.append(Fault("/tally", "tally_missing", "chưa nhận kết quả điều tra xã hội học"))
    elif found.surveyed and not found.handed_over:
        faults.append(
            Fault("/handover", "handover_missing", "chưa có biên bản bàn giao của bản tổng hợp phiếu này")
        )
    return faults
