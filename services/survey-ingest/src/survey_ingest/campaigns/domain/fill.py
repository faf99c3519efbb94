"""How far quotas are filled, and which are behind as the survey nears its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from parindex.kernel.points import HUNDRED, output, share, telling_places


@dataclass(frozen=True, slots=True)
class Filled:
    """Places taken of one quota or of a group's quotas together («mức thu phiếu so với chỉ tiêu»)."""

    quota: int
    taken: int
    surplus: int

    @property
    def missing(self) -> int:
        return self.quota - self.taken

    @property
    def percent(self) -> Decimal | None:
        """Percent of the places that are taken; None where no ballot is wanted.

        >>> Filled(135, 82, 0).percent, Filled(0, 0, 0).percent, Filled(50_000, 49_999, 0).percent
        (Decimal('60.74'), None, Decimal('99.998'))
        """
        if not self.quota:
            return None
        exact = share(Decimal(self.taken), Decimal(self.quota))
        return output(exact, telling_places(exact, [HUNDRED]))

    def is_behind(self, opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
        """Places are free in the last fifth of the window, or after it («chưa đủ phiếu»)."""
        return self.missing > 0 and at >= closes_at - (closes_at - opens_at) / 5


def added(fills: Iterable[Filled]) -> Filled:
    listed = list(fills)
    return Filled(
        sum(item.quota for item in listed),
        sum(item.taken for item in listed),
        sum(item.surplus for item in listed),
    )
