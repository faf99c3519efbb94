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


def window_faults(windows: Sequence[Window]) -> list[Fault]:
    """The windows of a new period: no unknown or repeated phase, none that ends first, none over another."""
    faults = []
    for index, window in enumerate(windows):
        faults += _span_faults(f"/phases/{index}", window)
    known = [window for window in windows if window.phase in PHASES]
    for earlier, later in pairwise(sorted(known, key=lambda window: window.opens_at)):
        if later.phase == earlier.phase:
            faults.append(Fault("/phases", "phase_repeated", f"giai đoạn {later.phase} khai hai lần"))
        if PHASES.index(later.phase) < PHASES.index(earlier.phase) or later.opens_at < earlier.closes_at:
            faults.append(
                Fault("/phases", "phases_overlap", f"{later.phase} mở trước khi {earlier.phase} đóng")
            )
    return faults


def _span_faults(where: str, window: Window) -> list[Fault]:
    faults = []
    if window.phase not in PHASES:
        faults.append(Fault(f"{where}/phase", "phase_unknown", "giai đoạn không được biết đến"))
    if window.closes_at <= window.opens_at:
        faults.append(Fault(f"{where}/closes_at", "window_empty", "thời điểm đóng phải sau thời điểm mở"))
    return faults


def extension_faults(windows: Sequence[Window], longer: Window, at: datetime) -> list[Fault]:
    """An extension («gia hạn») of a declared phase, for one unit or all: it ends later than what there is.

    A window is never shortened, and none is given that is over already.
    """
    faults = _span_faults("", longer)
    if faults:
        return faults
    declared = [window for window in windows if window.phase == longer.phase]
    if not declared:
        said = f"kỳ đánh giá không có giai đoạn {PHASE_NAMES[longer.phase]}; hãy bổ sung giai đoạn"
        return [Fault("/phase", "phase_not_declared", said)]
    if longer.closes_at <= at:
        faults.append(Fault("/closes_at", "window_over", "thời điểm đóng đã qua"))
    present = [window.closes_at for window in declared if window.unit in {"", longer.unit}]
    if present and longer.closes_at <= max(present):
        said = f"thời hạn hiện có đã đến {instant_text(max(present))}; gia hạn phải dài hơn"
        faults.append(Fault("/closes_at", "window_not_longer", said))
    return faults


def addition_faults(windows: Sequence[Window], added: Window, at: datetime) -> list[Fault]:
    """A phase added later («bổ sung giai đoạn»), as the one for complaints: new, not over, in its order."""
    faults = _span_faults("", added)
    if faults:
        return faults
    everybodys = [window for window in windows if not window.unit]
    if any(window.phase == added.phase for window in everybodys):
        faults.append(Fault("/phase", "phase_repeated", f"đã có giai đoạn {PHASE_NAMES[added.phase]}"))
    if added.closes_at <= at:
        faults.append(Fault("/closes_at", "window_over", "thời điểm đóng đã qua"))
    place = PHASES.index(added.phase)
    for window in everybodys:
        name = PHASE_NAMES[window.phase]
        if PHASES.index(window.phase) < place and added.opens_at < window.closes_at:
            faults.append(Fault("/opens_at", "phases_overlap", f"mở trước khi {name} đóng"))
        if PHASES.index(window.phase) > place and added.closes_at > window.opens_at:
            faults.append(Fault("/closes_at", "phases_overlap", f"đóng sau khi {name} mở"))
    return faults


def states_taking(phase: str) -> tuple[str, ...]:
    """The states in which windows of a phase may still be given: for complaints until the result is final."""
    return ("open", "council", "provisional") if phase == "complaint" else ("open",)


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


def require_state(state: str, *allowed: str) -> None:
    """Raises DomainError `period_state` naming the state the period is in."""
    if state not in allowed:
        raise DomainError("period_state", {"state": state, "allowed": ", ".join(allowed)})
