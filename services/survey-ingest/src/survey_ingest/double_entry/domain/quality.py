"""Warnings about how clerks key, for a supervisor: nothing is ever left out because of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from parindex.kernel.points import share, vietnamese
from survey_ingest.double_entry.domain.figures import BagFigures, Shown

MOST_SERIALS = 20
"""So many ballots are evidence enough."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a habit is worth a look («ngưỡng cảnh báo»).

    `straight`: percent of a clerk's ballots with one option throughout; `run`: equal ballots one after the
    other; `pace`: ballots a minute, over a whole hour, since what was keyed without a line comes all at once.
    """

    straight: int = 30
    run: int = 5
    pace: int = 6


Kind = Literal["straight_lining", "copied_run", "impossible_pace"]


@dataclass(frozen=True, slots=True)
class Habit:
    """What stands out in a clerk's ballots, with the first of them as evidence («dấu hiệu cần xem»)."""

    kind: Kind
    clerk: str
    questionnaire: str
    ballots: int
    of: int
    since: datetime
    until: datetime
    serials: list[str]

    @property
    def detail(self) -> str:
        """The warning in words: a question to look into, no verdict.

        >>> from datetime import UTC
        >>> at = datetime(2023, 1, 13, tzinfo=UTC)
        >>> Habit("straight_lining", "nhap-lieu-01", "sipas-huyen", 12, 32, at, at, []).detail
        '12 trong 32 phiếu (37,50%) chọn cùng một mức ở mọi câu; nên đối chiếu với phiếu giấy.'
        """
        if self.kind == "copied_run":
            return f"{self.ballots} phiếu nhập liền nhau giống hệt nhau; nên đối chiếu với phiếu giấy."
        if self.kind == "impossible_pace":
            return (
                f"{self.ballots} phiếu trong một giờ, quá {self.of} phiếu; có thể là phiếu nhập khi mất mạng"
                " rồi gửi dồn, nên hỏi người nhập."
            )
        percent = vietnamese(share(Decimal(self.ballots), Decimal(self.of)), 2)
        return (
            f"{self.ballots} trong {self.of} phiếu ({percent}%) chọn cùng một mức ở mọi câu;"
            " nên đối chiếu với phiếu giấy."
        )


@dataclass(slots=True)
class _Gathered:
    """Habits of one clerk on their way together; `of` how many ballots there are in all."""

    found: list[Shown] = field(default_factory=list)
    of: int = 0

    @property
    def shown(self) -> Shown:
        found = sorted(self.found, key=lambda item: item.since)
        serials = [serial for item in found for serial in item.serials]
        return Shown(
            sum(item.ballots for item in found),
            found[0].since,
            max(item.until for item in found),
            serials[:MOST_SERIALS],
        )


def habits(bags: Sequence[BagFigures], limits: Limits) -> list[Habit]:
    """What stands out in these bags, by clerk («dấu hiệu cần xem theo người nhập»)."""
    found = [*_straight(bags, limits), *_copied(bags, limits), *_hasty(bags, limits)]
    return sorted(found, key=lambda habit: (habit.clerk, habit.kind, habit.since))


def _straight(bags: Iterable[BagFigures], limits: Limits) -> Iterator[Habit]:
    gathered: dict[tuple[str, str], _Gathered] = {}
    for bag in bags:
        for hour in bag.hours:
            of_clerk = gathered.setdefault((hour.clerk, bag.questionnaire), _Gathered())
            of_clerk.of += hour.keyed.ballots
            of_clerk.found += [hour.straight] if hour.straight else []
    for (clerk, questionnaire), of_clerk in gathered.items():
        ballots = sum(item.ballots for item in of_clerk.found)
        if ballots >= limits.run and ballots * 100 >= limits.straight * of_clerk.of:
            yield _habit("straight_lining", clerk, questionnaire, of_clerk.of, of_clerk.shown)


def _copied(bags: Iterable[BagFigures], limits: Limits) -> Iterator[Habit]:
    for bag in bags:
        for run in bag.runs:
            if run.ballots.ballots >= limits.run:
                yield _habit("copied_run", run.clerk, bag.questionnaire, limits.run, run.ballots)


def _hasty(bags: Iterable[BagFigures], limits: Limits) -> Iterator[Habit]:
    gathered: Mapping[tuple[str, datetime], _Gathered] = {
        (hour.clerk, hour.hour): _Gathered() for bag in bags for hour in bag.hours
    }
    for bag in bags:
        for hour in bag.hours:
            gathered[hour.clerk, hour.hour].found.append(hour.keyed)
    for (clerk, _), of_hour in gathered.items():
        if of_hour.shown.ballots > limits.pace * 60:
            yield _habit("impossible_pace", clerk, "", limits.pace * 60, of_hour.shown)


def _habit(kind: Kind, clerk: str, questionnaire: str, of: int, shown: Shown) -> Habit:
    return Habit(kind, clerk, questionnaire, shown.ballots, of, shown.since, shown.until, list(shown.serials))
