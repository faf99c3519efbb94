"""How clerks key, as figures and as warnings for a supervisor: nothing is ever left out because of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from parindex.kernel.points import output, share, vietnamese

PER_MILLE = Decimal(1000)


@dataclass(frozen=True, slots=True)
class ClerkFigures:
    """What a clerk keyed and how it held («thống kê người nhập»).

    `compared`: fields of ballots that two clerks keyed; `errors`: of these, where the other was right.
    `hours`: those in which ballots came in.
    """

    clerk: str
    first_ballots: int
    second_ballots: int
    fields: int
    compared: int
    errors: int
    hours: int
    busiest_hour: int

    @property
    def error_rate(self) -> Decimal | None:
        """Wrong fields per mille of those compared («tỷ lệ nhập sai»).

        >>> ClerkFigures("nhap-lieu-01", 135, 0, 2970, 308, 2, 3, 60).error_rate
        Decimal('6.49')
        """
        if not self.compared:
            return None
        return output(share(Decimal(self.errors), Decimal(self.compared), PER_MILLE))

    @property
    def pace(self) -> Decimal | None:
        """Ballots in an hour of work («tốc độ nhập»)."""
        if not self.hours:
            return None
        return output(Decimal(self.first_ballots + self.second_ballots) / self.hours)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a habit is worth a look («ngưỡng cảnh báo»).

    `straight`: percent of a clerk's ballots with one option throughout; `run`: equal ballots one after the
    other; `pace`: ballots a minute, over a whole hour, since what was keyed without a line comes all at once.
    """

    straight: int = 30
    run: int = 5
    pace: int = 6


@dataclass(frozen=True, slots=True)
class Habit:
    """What stands out in a clerk's ballots, with the first of them as evidence («dấu hiệu cần xem»)."""

    kind: Literal["straight_lining", "copied_run", "impossible_pace"]
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
