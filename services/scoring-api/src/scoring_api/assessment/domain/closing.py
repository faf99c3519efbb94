"""What must be settled before a result stands provisionally or for good, and what reopening undoes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.complaints import Complaint
from scoring_api.assessment.domain.period import Window

SIGN_OFFS = {
    "provisional": "kết quả dự kiến",
    "council": "việc chuyển Hội đồng",
    "tally": "bản tổng hợp phiếu đã chọn",
    "appraisal": "thẩm định xong của đơn vị",
}


@dataclass(frozen=True, slots=True)
class SignOff:
    """A step somebody had signed off («việc đã xác nhận»); of one unit where it is named."""

    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """What still waits for the council («việc còn chờ Hội đồng»).

    `undecided` are (unit, leaf) without points that the council alone can give; `plan` is the code of a plan
    that the report needs and nobody entered; `waiting_tally` a newer tally that was neither adopted nor left.
    """

    held: bool = True
    undecided: Sequence[tuple[str, str]] = ()
    plan: str = ""
    waiting_tally: str = ""
    unanswered: Sequence[Complaint] = ()
    windows: Sequence[Window] = field(default=())


def provisional_faults(found: Outstanding) -> list[Fault]:
    """Before a result stands provisionally the council has met, and decided what is its to decide.

    Complaints may still be open: they are made against this very result.
    """
    faults = [] if found.held else [_fault("/council/sessions", "council_not_held")]
    faults += [_fault(f"/units/{unit}/{leaf}", "leaf_undecided") for unit, leaf in found.undecided]
    if found.plan:
        faults.append(_fault("/plan", "plan_missing", found.plan))
    return [*faults, *_tally_faults(found)]


def check_provisional(found: Outstanding) -> None:
    """Raises DomainError `provisional_not_ready` with every unmet precondition.

    >>> check_provisional(Outstanding())
    >>> check_provisional(Outstanding(held=False, undecided=[("so-y-te", "II/1/1.1")]))
    Traceback (most recent call last):
    ...
    parindex.kernel.errors.DomainError: provisional_not_ready {'count': 2} /council/sessions: chưa có biên \
bản họp Hội đồng; /units/so-y-te/II/1/1.1: Hội đồng chưa quyết định
    """
    faults = provisional_faults(found)
    if faults:
        raise DomainError("provisional_not_ready", {"count": len(faults)}, tuple(faults))


def finalize_faults(found: Outstanding, at: datetime) -> list[Fault]:
    """Before a result is final every complaint is answered and none can be made any more."""
    faults = [
        Fault(
            f"/complaints/{filed.number}", "complaint_unanswered", f"chưa trả lời kiến nghị của {filed.unit}"
        )
        for filed in found.unanswered
    ]
    for window in found.windows:
        if window.phase == "complaint" and at < window.closes_at:
            where = f"/phases/complaint/{window.unit}" if window.unit else "/phases/complaint"
            faults.append(_fault(where, "complaint_window_open", instant_text(window.closes_at)))
    return [*faults, *_tally_faults(found)]


def check_finalize(found: Outstanding, at: datetime) -> None:
    """Raises DomainError `finalize_not_ready` with every unmet precondition.

    >>> from datetime import UTC
    >>> day = datetime(2023, 2, 24, 17, tzinfo=UTC)
    >>> window = Window("complaint", datetime(2023, 2, 21, tzinfo=UTC), day)
    >>> check_finalize(Outstanding(windows=[window]), day)
    >>> check_finalize(Outstanding(windows=[window]), datetime(2023, 2, 23, tzinfo=UTC))
    Traceback (most recent call last):
    ...
    parindex.kernel.errors.DomainError: finalize_not_ready {'count': 1} /phases/complaint: còn nhận kiến \
nghị đến trước 2023-02-25T00:00:00+07:00
    """
    faults = finalize_faults(found, at)
    if faults:
        raise DomainError("finalize_not_ready", {"count": len(faults)}, tuple(faults))


def _tally_faults(found: Outstanding) -> list[Fault]:
    return [_fault("/council/tally", "tally_waiting", found.waiting_tally)] if found.waiting_tally else []


_SAID = {
    "council_not_held": "chưa có biên bản họp Hội đồng",
    "leaf_undecided": "Hội đồng chưa quyết định",
    "plan_missing": "chưa nhập kế hoạch {0} mà kỳ đánh giá dẫn đến",
    "complaint_unanswered": "chưa trả lời kiến nghị của {0}",
    "complaint_window_open": "còn nhận kiến nghị đến trước {0}",
    "tally_waiting": "bản tổng hợp phiếu mới {0} chưa được Hội đồng chọn hay để lại",
}


def _fault(pointer: str, code: str, *said: str) -> Fault:
    return Fault(pointer, code, _SAID[code].format(*said))


def undone(to: str, units: Sequence[str], *, surveyed: bool) -> list[SignOff]:
    """What reopening takes back («mở lại»): the step itself and all that was signed off on top of it.

    Back to the council it is the provisional result; back to the units (`open`) the calling of the council,
    the tally pinned by it and the appraisal of each unit named.

    >>> [(found.kind, found.unit) for found in undone("open", ["so-y-te"], surveyed=True)]
    [('council', ''), ('tally', ''), ('appraisal', 'so-y-te')]
    """
    if to == "council":
        return [SignOff("provisional")]
    pinned = [SignOff("tally")] if surveyed else []
    return [SignOff("council"), *pinned, *[SignOff("appraisal", unit) for unit in units]]


def reopening_faults(to: str, units: Sequence[str], known: Sequence[str]) -> list[Fault]:
    """Who reopens appraisal says for which units; the council's own step back concerns no unit."""
    if to == "council":
        return (
            [Fault("/units", "units_not_asked", "mở lại cho Hội đồng thì không nêu đơn vị")] if units else []
        )
    if not units:
        return [Fault("/units", "units_missing", "nêu ít nhất một đơn vị cần thẩm định lại")]
    faults = []
    for index, unit in enumerate(units):
        if unit not in known:
            detail = f"đơn vị {unit} không thuộc kỳ đánh giá này"
            faults.append(Fault(f"/units/{index}", "unit_not_in_period", detail))
        elif unit in units[:index]:
            faults.append(Fault(f"/units/{index}", "unit_repeated", "đơn vị nêu hai lần"))
    return faults
