"""SQL of the quota plan and its counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select

from parindex.db import Reading, Writing
from survey_ingest.campaigns.domain.form import Quota
from survey_ingest.campaigns.store.tables import quota


@dataclass(frozen=True, slots=True)
class QuotaFill:
    """A quota and how many of its places are taken."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    taken: int


async def insert_plan(connection: Writing, campaign_id: UUID, plan: Sequence[Quota]) -> None:
    rows = [
        {
            "campaign_id": campaign_id,
            "questionnaire": item.questionnaire,
            "respondent_group": item.group,
            "unit": item.unit,
            "position": position,
            "places": item.places,
        }
        for position, item in enumerate(plan)
    ]
    await connection.execute(insert(quota), rows)


async def read_fill(connection: Reading, campaign_id: UUID) -> list[QuotaFill]:
    """Every quota in the order of the plan; empty before the campaign opens."""
    rows = await connection.execute(
        select(quota.c.questionnaire, quota.c.respondent_group, quota.c.unit, quota.c.places, quota.c.taken)
        .where(quota.c.campaign_id == campaign_id)
        .order_by(quota.c.position)
    )
    return [QuotaFill(*row) for row in rows]
