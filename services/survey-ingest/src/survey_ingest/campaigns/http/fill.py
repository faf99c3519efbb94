"""The route of the quota plan as it fills, with warnings where it is behind."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from parindex.http.schemas import Moment, exampled
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.domain.fill import Filled, added
from survey_ingest.campaigns.store import campaigns, quotas
from survey_ingest.campaigns.store.campaigns import Campaign

router = APIRouter(prefix="/api/v1/campaigns", tags=["campaigns"], route_class=UnitOfWorkRoute)


class FillRow(BaseModel):
    """A quota, or a group in all (unit empty); `behind`: places are free in the last fifth of the window."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    taken: int
    surplus: int
    missing: int
    percent: str | None
    behind: bool


class FillReply(BaseModel):
    """Groups in all, then each quota of the plan («tiến độ thu phiếu»); `at` is the time it is judged by."""

    model_config = exampled(
        {
            "at": "2023-01-28T08:00:00+07:00",
            "closes_at": "2023-02-01T00:00:00+07:00",
            "groups": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "",
                    "quota": 1620,
                    "taken": 1567,
                    "surplus": 0,
                    "missing": 53,
                    "percent": "96.73",
                    "behind": True,
                }
            ],
            "quotas": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "quota": 135,
                    "taken": 82,
                    "surplus": 0,
                    "missing": 53,
                    "percent": "60.74",
                    "behind": True,
                }
            ],
        }
    )

    at: Moment
    closes_at: Moment
    groups: list[FillRow]
    quotas: list[FillRow]


@router.get("/{code}/fill", **guarded(Action.CAMPAIGN_READ))
async def get_fill(code: str, connection: Read) -> FillReply:
    """Places taken by group and by quota, live; empty before the campaign opens."""
    found = await campaigns.read_campaign(connection, code)
    at = business_time()
    by_group: dict[tuple[str, str], list[Filled]] = {}
    rows = []
    for item in await quotas.read_fill(connection, found.id):
        filled = Filled(item.quota, item.taken, item.surplus)
        by_group.setdefault((item.questionnaire, item.group), []).append(filled)
        rows.append(_row(found, at, (item.questionnaire, item.group, item.unit), filled))
    groups = [_row(found, at, (*group, ""), added(fills)) for group, fills in by_group.items()]
    return FillReply(at=at, closes_at=found.closes_at, groups=groups, quotas=rows)


def _row(found: Campaign, at: datetime, place: tuple[str, str, str], filled: Filled) -> FillRow:
    questionnaire, group, unit = place
    return FillRow(
        questionnaire=questionnaire,
        group=group,
        unit=unit,
        quota=filled.quota,
        taken=filled.taken,
        surplus=filled.surplus,
        missing=filled.missing,
        percent=None if filled.percent is None else f"{filled.percent:f}",
        behind=filled.is_behind(found.opens_at, found.closes_at, at),
    )
