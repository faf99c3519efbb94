"""The day a ballot came in on paper: which days a campaign takes, and until when it may still be entered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from parindex.kernel.clocks import VIETNAM
from parindex.kernel.errors import Fault
from survey_ingest.ballots.domain.findings import fault


@dataclass(frozen=True, slots=True)
class Collection:
    """When ballots are collected («thời gian thu phiếu»), seen at the instant they are entered."""

    opens_at: datetime
    closes_at: datetime
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether only what was collected in time may still come in."""
        return self.at >= self.closes_at

    def day_fault(self, day: date) -> Fault | None:
        """What is wrong with the day that a ballot names.

        >>> from datetime import UTC
        >>> first, end = datetime(2022, 12, 20, tzinfo=UTC), datetime(2023, 1, 31, 17, tzinfo=UTC)
        >>> window = Collection(first, end, datetime(2023, 1, 10, tzinfo=UTC))
        >>> [getattr(window.day_fault(date(*day)), "code", "") for day in
        ...     [(2022, 12, 19), (2022, 12, 20), (2023, 1, 11), (2023, 2, 1)]]
        ['collected_outside_window', '', 'collected_in_future', 'collected_outside_window']
        """
        first = self.opens_at.astimezone(VIETNAM).date()
        last = (self.closes_at - timedelta(microseconds=1)).astimezone(VIETNAM).date()
        if not first <= day <= last:
            detail = f"ngày thu phiếu phải từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
            return fault("/collected_at", "collected_outside_window", detail)
        if day > self.at.astimezone(VIETNAM).date():
            return fault("/collected_at", "collected_in_future", "ngày thu phiếu sau ngày nhập")
        return None
