"""The life of a campaign: which state follows which, and what each allows."""

from datetime import datetime
from enum import StrEnum

from parindex.kernel.clocks import instant_said, instant_text
from parindex.kernel.errors import DomainError, Fault


class CampaignState(StrEnum):
    """Where a campaign stands («trạng thái đợt điều tra»)."""

    DRAFT = "draft"
    OPEN = "open"
    SEALED = "sealed"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


def require_state(campaign: str, state: str, *allowed: CampaignState) -> None:
    """Raises DomainError `campaign_not_draft`, `campaign_not_open` or `campaign_state` when not allowed."""
    if state in allowed:
        return
    wanted = {(CampaignState.DRAFT,): "campaign_not_draft", (CampaignState.OPEN,): "campaign_not_open"}
    code = next((code for states, code in wanted.items() if states == allowed), "campaign_state")
    raise DomainError(code, {"campaign": campaign, "state": state})


def window_faults(opens_at: datetime, closes_at: datetime) -> list[Fault]:
    """What is wrong unless the survey begins before it ends («thời gian điều tra»)."""
    if opens_at < closes_at:
        return []
    return [Fault("/closes_at", "window_reversed", "thời điểm kết thúc phải sau thời điểm bắt đầu")]


def check_window(opens_at: datetime, closes_at: datetime) -> None:
    """Raises DomainError `campaign_window` unless the survey begins before it ends."""
    if faults := window_faults(opens_at, closes_at):
        raise DomainError("campaign_window", {}, tuple(faults))


def check_extension(closes_at: datetime, later: datetime) -> None:
    """Raises DomainError `campaign_window` unless the new end is later than the one that was announced."""
    if later <= closes_at:
        detail = f"thời điểm kết thúc mới phải sau {instant_said(closes_at)}"
        raise DomainError("campaign_window", {}, (Fault("/closes_at", "window_shortened", detail),))


def outside_window(
    campaign: str, opens_at: datetime, closes_at: datetime, at: datetime
) -> DomainError | None:
    """Why the campaign takes nothing at that instant («ngoài thời gian điều tra»); None inside its window.

    >>> from datetime import UTC
    >>> opens_at, closes_at = datetime(2022, 12, 20, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC)
    >>> outside_window("dot-1", opens_at, closes_at, opens_at) is None
    True
    >>> outside_window("dot-1", opens_at, closes_at, closes_at).code
    'campaign_window_closed'
    """
    if opens_at <= at < closes_at:
        return None
    return DomainError(
        "campaign_window_closed",
        {
            "campaign": campaign,
            "opens_at": instant_text(opens_at),
            "closes_at": instant_text(closes_at),
            "at": instant_text(at),
        },
    )
