"""Deadlines as documents write them, and how long there is until them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from parindex.kernel.clocks import VIETNAM
from scoring_api.assessment.domain.period import Window

_DAY = timedelta(days=1)


def start_of_day(day: date) -> datetime:
    """0 giờ of a day in Việt Nam.

    >>> start_of_day(date(2022, 12, 25)).isoformat()
    '2022-12-24T17:00:00+00:00'
    """
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """«24 giờ» of a day: the first instant that is no longer in time (Kế hoạch of Hải Dương 2022).

    >>> end_of_day(date(2023, 1, 10)) == start_of_day(date(2023, 1, 11))
    True
    """
    return start_of_day(day + _DAY)


def deadline_text(closes_at: datetime) -> str:
    """A closing instant in the words of a plan.

    >>> deadline_text(datetime(2023, 1, 10, 17, tzinfo=UTC))
    '24 giờ ngày 10/01/2023'
    >>> deadline_text(datetime(2023, 1, 14, 10, 0, 30, tzinfo=UTC))
    '17 giờ 00 phút 30 giây ngày 14/01/2023'
    """
    local = closes_at.astimezone(VIETNAM)
    if local.time() == time():
        return f"24 giờ ngày {local - _DAY:%d/%m/%Y}"
    seconds = f" {local.second:02} giây" if local.second else ""
    minutes = f" {local.minute:02} phút" if local.minute or seconds else ""
    return f"{local.hour} giờ{minutes}{seconds} ngày {local:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long a phase still takes writes («thời gian còn lại»), in whole seconds, rounded up.

    `state` is `upcoming`, `running` or `over`; the seconds until it opens and until it closes are 0 once
    that has come.
    """

    state: str
    to_open: int
    left: int


def countdown(window: Window, at: datetime) -> Countdown:
    """The countdown of one window: what is left is 0 exactly when a write is too late.

    >>> window = Window("self_assessment", start_of_day(date(2022, 12, 25)), end_of_day(date(2023, 1, 10)))
    >>> countdown(window, end_of_day(date(2023, 1, 10)) - timedelta(microseconds=1))
    Countdown(state='running', to_open=0, left=1)
    >>> countdown(window, end_of_day(date(2023, 1, 10)))
    Countdown(state='over', to_open=0, left=0)
    """
    to_open, left = _seconds(window.opens_at - at), _seconds(window.closes_at - at)
    state = "upcoming" if to_open else "running" if left else "over"
    return Countdown(state, to_open, left)


def _seconds(span: timedelta) -> int:
    return max(0, -(-span // timedelta(seconds=1)))


def closing_of(windows: Iterable[Window], phase: str, unit: str) -> datetime | None:
    """When the phase closes for the unit, its extensions counted; None where it has no window."""
    own = [window for window in windows if window.phase == phase and window.unit in {"", unit}]
    return max((window.closes_at for window in own), default=None)


def window_of(windows: Iterable[Window], unit: str, at: datetime) -> Window | None:
    """The window the unit is in, the one that closes last if there are several; else the next to open."""
    own = [window for window in windows if window.unit in {"", unit} and at < window.closes_at]
    running = [window for window in own if window.opens_at <= at]
    if running:
        return max(running, key=lambda window: window.closes_at)
    return min(own, key=lambda window: window.opens_at, default=None)
