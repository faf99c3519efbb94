"""What is kept of a respondent, and until when; no answers in here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

UNFINISHED = timedelta(days=365)
"""A campaign that is never handed over counts as handed over a year after its end."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a respondent can be reached for a re-check («thông tin liên hệ người trả lời»)."""

    serial: str
    name: str
    phone: str
    address: str
    payment: str


def deletion_due(closes_at: datetime, handed_over_at: datetime | None, retention_days: int) -> datetime:
    """When the contact data of a campaign are deleted («thời hạn lưu trữ dữ liệu cá nhân»).

    The campaign declares the days; they run from its first hand-over, a correction does not begin them anew.
    Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 and Nghị định 356/2025/NĐ-CP: personal data are kept no
    longer than their declared purpose needs, here the re-check of ballots and the payment of respondents.

    >>> from datetime import UTC
    >>> closed, handed = datetime(2023, 2, 1, tzinfo=UTC), datetime(2023, 2, 10, tzinfo=UTC)
    >>> deletion_due(closed, handed, 90).date().isoformat(), deletion_due(closed, None, 90).date().isoformat()
    ('2023-05-11', '2024-05-01')
    """
    latest = closes_at + UNFINISHED
    start = latest if handed_over_at is None else min(handed_over_at, latest)
    return start + timedelta(days=retention_days)
