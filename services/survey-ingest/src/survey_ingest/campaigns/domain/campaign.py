"""The life of a campaign: which state follows which, and what each allows."""

from datetime import datetime
from enum import StrEnum

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


def check_window(opens_at: datetime, closes_at: datetime) -> None:
    """Raises DomainError `campaign_window` unless the survey begins before it ends."""
    if opens_at >= closes_at:
        fault = Fault("/closes_at", "window_reversed", "thời điểm kết thúc phải sau thời điểm bắt đầu")
        raise DomainError("campaign_window", {}, (fault,))
