"""SQL of the quota plan and its counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update

from parindex.db import Reading, Writing
from survey_ingest.campaigns.domain.form import Quota
from survey_ingest.campaigns.store.tables import quota


@dataclass(frozen=True, slots=True)
class QuotaFill:
    """A quota, how many of its places are taken, and how many ballots beyond them were promoted."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    taken: int
    surplus: int


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
    of_quota = (quota.c.questionnaire, quota.c.respondent_group, quota.c.unit)
    rows = await connection.execute(
        select(*of_quota, quota.c.places, quota.c.taken, quota.c.surplus)
        .where(quota.c.campaign_id == campaign_id)
        .order_by(quota.c.position)
    )
    return [QuotaFill(*row) for row in rows]


async def add_surplus(
    connection: Writing, campaign_id: UUID, questionnaire: str, group: str, unit: str
) -> None:
    """One more ballot counts beyond the places of the quota."""
    await connection.execute(
        update(quota)
        .filter_by(campaign_id=campaign_id, questionnaire=questionnaire, respondent_group=group, unit=unit)
        .values(surplus=quota.c.surplus + 1)
    )
