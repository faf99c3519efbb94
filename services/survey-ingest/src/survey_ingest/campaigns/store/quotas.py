"""SQL of the quota plan and its counters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, insert, select, tuple_, update

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


async def lock(connection: Writing, campaign_id: UUID, keys: Collection[tuple[str, str, str]]) -> None:
    """Hold these quotas (questionnaire, group, unit) to the end of the transaction, in the order of all."""
    of_quota = (quota.c.questionnaire, quota.c.respondent_group, quota.c.unit)
    await connection.execute(
        select(*of_quota)
        .where(quota.c.campaign_id == campaign_id, tuple_(*of_quota).in_(keys))
        .order_by(*of_quota)
        .with_for_update()
    )


async def release_place(
    connection: Writing, campaign_id: UUID, questionnaire: str, group: str, unit: str
) -> None:
    """One ballot less counts; what counted beyond the places goes first, so that the places stay filled."""
    beyond = quota.c.surplus > 0
    await connection.execute(
        update(quota)
        .filter_by(campaign_id=campaign_id, questionnaire=questionnaire, respondent_group=group, unit=unit)
        .values(
            taken=case((beyond, quota.c.taken), else_=quota.c.taken - 1),
            surplus=case((beyond, quota.c.surplus - 1), else_=quota.c.surplus),
        )
    )
