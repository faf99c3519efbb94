"""A period, its phases and their windows; which step may follow which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault

STATES = ("draft", "open", "council", "provisional", "finalized")
PHASES = ("self_assessment", "appraisal", "explanation", "final_appraisal", "complaint")
PUBLICATION_MINIMUM = 5
"""Answers a survey cell needs to be published, unless the period says otherwise; not the scoring minimum."""
PHASE_NAMES = {
    "self_assessment": "tự đánh giá, chấm điểm",
    "appraisal": "thẩm định",
    "explanation": "giải trình",
    "final_appraisal": "thẩm định lần cuối",
    "complaint": "khiếu nại, kiến nghị",
}


@dataclass(frozen=True, slots=True)
class Window:
    """When a phase takes writes («thời hạn»): from `opens_at` up to, not including, `closes_at`.

    «Đến 24 giờ ngày 10/01/2023» closes at 2023-01-11T00:00:00+07:00. `unit` names the one unit of an
    extension («gia hạn»); empty for everybody.
    """

    phase: str
    opens_at: datetime
    closes_at: datetime
    unit: str = ""
    reason: str = ""

    def takes(self, unit: str, at: datetime) -> bool:
        return self.unit in {"", unit} and self.opens_at <= at < self.closes_at


def check_windows(windows: Sequence[Window]) -> None:
    """Raises DomainError `period_invalid`: unknown or repeated phase, closing before opening, overlap."""
    faults = []
    for index, window in enumerate(windows):
        if window.phase not in PHASES:
            faults.append(Fault(f"/phases/{index}/phase", "phase_unknown", "giai đoạn không được biết đến"))
        if window.closes_at <= window.opens_at:
            faults.append(
                Fault(f"/phases/{index}/closes_at", "window_empty", "thời điểm đóng phải sau thời điểm mở")
            )
    known = [window for window in windows if window.phase in PHASES]
    for earlier, later in pairwise(sorted(known, key=lambda window: window.opens_at)):
        if later.phase == earlier.phase:
            faults.append(Fault("/phases", "phase_repeated", f"giai đoạn {later.phase} khai hai lần"))
        if PHASES.index(later.phase) < PHASES.index(earlier.phase) or later.opens_at < earlier.closes_at:
            faults.append(
                Fault("/phases", "phases_overlap", f"{later.phase} mở trước khi {earlier.phase} đóng")
            )
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))


def require_window(windows: Iterable[Window], phase: str, unit: str, at: datetime) -> None:
    """Raises DomainError `window_closed` unless a window of the phase takes the unit's write at `at`."""
    of_phase = [window for window in windows if window.phase == phase]
    if any(window.takes(unit, at) for window in of_phase):
        return
    closes = max((w.closes_at for w in of_phase if w.unit in {"", unit}), default=None)
    raise DomainError(
        "window_closed",
        {
            "phase": PHASE_NAMES[phase],
            "unit": unit,
            "at": instant_text(at),
            "closes_at": instant_text(closes) if closes else "chưa đặt",
        },
    )


def stages_shown(state: str, windows: Iterable[Window], unit: str, at: datetime) -> tuple[str, ...]:
    """The stages that a unit sees of its own assessment at `at`, before anything is published.

    Its claims always; the appraisal once the explanation («giải trình») is open to it; the council's acts
    in a provisional result that a complaint («khiếu nại») may still be made against.

    >>> from datetime import UTC
    >>> opens, closes = datetime(2023, 1, 17, tzinfo=UTC), datetime(2023, 1, 20, tzinfo=UTC)
    >>> windows = [Window("explanation", opens, closes)]
    >>> stages_shown("open", windows, "so-y-te", opens)
    ('self', 'appraisal')
    >>> stages_shown("provisional", [], "so-y-te", closes)
    ('self',)
    """
    own = [window for window in windows if window.unit in {"", unit}]
    if state in {"provisional", "finalized"} and any(window.phase == "complaint" for window in own):
        return ("self", "appraisal", "council")
    if any(window.phase == "explanation" and window.opens_at <= at for window in own):
        return ("self", "appraisal")
    return ("self",)


def require_state(state: str, *allowed: str) -> None:
    """Raises DomainError `period_state` naming the state the period is in."""
    if state not in allowed:
        raise DomainError("period_state", {"state": state, "allowed": ", ".join(allowed)})


def check_council_preconditions(
    unfinished: Sequence[str],
    unappraised: Sequence[tuple[str, str]],
    *,
    needs_tally: bool,
    has_tally: bool,
    handed_over: bool,
) -> None:
    """Before the council meets every unit is appraised, the survey counted and its ballots handed over.

    `unfinished` are units whose appraisal is not complete, `unappraised` (unit, leaf) pairs without an
    appraisal whose missing policy leaves the question to the council. Raises DomainError
    `council_not_ready` with every unmet precondition.
    """
    faults = [
        Fault(f"/units/{unit}", "appraisal_incomplete", "đơn vị chưa thẩm định xong") for unit in unfinished
    ]
    faults += [
        Fault(f"/units/{unit}/{leaf}", "leaf_unappraised", "tiêu chí chưa có điểm thẩm định")
        for unit, leaf in unappraised
    ]
    if needs_tally and not has_tally:
        faults.append(Fault("/tally", "tally_missing", "chưa nhận kết quả điều tra xã hội học"))
    elif needs_tally and not handed_over:
        faults.append(
            Fault("/handover", "handover_missing", "chưa có biên bản bàn giao của bản tổng hợp phiếu này")
        )
    if faults:
        raise DomainError("council_not_ready", {"count": len(faults)}, tuple(faults))
