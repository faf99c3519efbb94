"""How clerks key, as figures: of a bag hour by hour, of a clerk over all bags; habits stand in `quality`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from parindex.kernel.points import output, share

PER_MILLE = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Shown:
    """Ballots that stand out: how many, between when, and the serials that may be told («phiếu cần xem»)."""

    ballots: int
    since: datetime
    until: datetime
    serials: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hour:
    """What one clerk keyed of one bag within an hour («phiếu nhập trong một giờ»).

    `stage` 1 is the first entry, as it was keyed, 2 the second. `errors`: fields where the other was right.
    """

    clerk: str
    stage: int
    hour: datetime
    fields: int
    compared: int
    errors: int
    keyed: Shown
    straight: Shown | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Equal ballots one after the other of one bag («các phiếu liền nhau giống hệt nhau»)."""

    clerk: str
    ballots: Shown


@dataclass(frozen=True, slots=True)
class BagFigures:
    """How one bag was keyed («số liệu nhập của một túi»): final once it is sealed."""

    questionnaire: str
    hours: Sequence[Hour] = ()
    runs: Sequence[Run] = ()


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


def clerk_figures(bags: Iterable[BagFigures]) -> list[ClerkFigures]:
    """Every clerk's figures over these bags, by account («thống kê theo người nhập»)."""
    listed: dict[str, list[Hour]] = {}
    for bag in bags:
        for hour in bag.hours:
            listed.setdefault(hour.clerk, []).append(hour)
    return [_figures(clerk, listed[clerk]) for clerk in sorted(listed)]


def _figures(clerk: str, hours: Sequence[Hour]) -> ClerkFigures:
    stages, paced = Counter[int](), Counter[datetime]()
    for hour in hours:
        stages[hour.stage] += hour.keyed.ballots
        paced[hour.hour] += hour.keyed.ballots
    return ClerkFigures(
        clerk,
        stages[1],
        stages[2],
        sum(hour.fields for hour in hours),
        sum(hour.compared for hour in hours),
        sum(hour.errors for hour in hours),
        len(paced),
        max(paced.values()),
    )
