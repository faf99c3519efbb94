"""SQL of campaigns, their questionnaires and their frozen unit list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import SurveyedUnit, UnitList
from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.domain.form import BallotForm, bind
from survey_ingest.campaigns.domain.questionnaire import Questionnaire, read_questionnaire
from survey_ingest.campaigns.store.tables import campaign, questionnaire


@dataclass(frozen=True, slots=True)
class Campaign:
    """A stored campaign; `units` are empty until its list is frozen."""

    id: UUID
    code: str
    title: str
    period: str
    operator: str
    plans: list[dict[str, str]]
    opens_at: datetime
    closes_at: datetime
    state: str
    unit_list_digest: str | None
    units: tuple[SurveyedUnit, ...]
    publication_minimum: int
    retention_days: int | None
    late_entry_hours: int
    issued_serials_only: bool
    explained_warnings: list[str]
    double_entry: dict[str, Any]

    @property
    def units_by_level(self) -> dict[str, tuple[str, ...]]:
        """Unit codes of each level in the stored order, which is the order of a matrix ballot."""
        found: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            found[unit.level] = (*found.get(unit.level, ()), unit.code)
        return found


@dataclass(frozen=True, slots=True)
class NewCampaign:
    code: str
    title: str
    period: str
    operator: str
    plans: list[dict[str, str]]
    opens_at: datetime
    closes_at: datetime
    publication_minimum: int
    retention_days: int | None
    late_entry_hours: int
    issued_serials_only: bool
    explained_warnings: list[str]
    double_entry: dict[str, Any]


async def insert_campaign(
    connection: Writing, new: NewCampaign, questionnaires: Sequence[Questionnaire]
) -> bool:
    """False when another campaign has the code."""
    campaign_id = uuid7()
    result = await connection.execute(
        insert(campaign)
        .values(id=campaign_id, state=CampaignState.DRAFT, created_at=business_time(), **asdict(new))
        .on_conflict_do_nothing()
    )
    if not result.rowcount:
        return False
    if not questionnaires:
        return True
    rows = []
    for position, item in enumerate(questionnaires):
        content = canonical_bytes(asdict(item))
        rows.append(
            {
                "campaign_id": campaign_id,
                "code": item.code,
                "position": position,
                "digest": digest_bytes(content),
                "definition": content.decode(),
            }
        )
    await connection.execute(insert(questionnaire), rows)
    return True


async def read_campaign(connection: Reading, code: str, *, lock: str = "") -> Campaign:
    """The campaign; `lock` is "share" for those who write into it, "update" for those who change it.

    Raises DomainError `campaign_unknown`.
    """
    query = select(campaign).where(campaign.c.code == code)
    if lock:
        query = query.with_for_update(read=lock == "share")
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("campaign_unknown", {"campaign": code})
    return _campaign(row)


def _campaign(row: Any) -> Campaign:
    units = parse_snapshot(UnitList, row.unit_list).units if row.unit_list else ()
    return Campaign(
        id=row.id,
        code=row.code,
        title=row.title,
        period=row.period,
        operator=row.operator,
        plans=row.plans,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=row.state,
        unit_list_digest=row.unit_list_digest,
        units=units,
        publication_minimum=row.publication_minimum,
        retention_days=row.retention_days,
        late_entry_hours=row.late_entry_hours,
        issued_serials_only=row.issued_serials_only,
        explained_warnings=row.explained_warnings,
        double_entry=row.double_entry,
    )


async def read_questionnaires(connection: Reading, campaign_id: UUID) -> dict[str, tuple[Questionnaire, str]]:
    """Code → questionnaire and its digest, in the order of the campaign."""
    rows = await connection.execute(
        select(questionnaire)
        .where(questionnaire.c.campaign_id == campaign_id)
        .order_by(questionnaire.c.position)
    )
    return {row.code: (read_questionnaire(json.loads(row.definition)), row.digest) for row in rows}


async def read_forms(connection: Reading, found: Campaign) -> dict[str, BallotForm]:
    """Questionnaire code → the form bound to the campaign's frozen units."""
    stored = await read_questionnaires(connection, found.id)
    units: Mapping[str, Sequence[str]] = found.units_by_level
    return {code: bind(item, units.get(item.level, ())) for code, (item, _) in stored.items()}


async def freeze_units(connection: Writing, campaign_id: UUID, content: bytes) -> None:
    await connection.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id)
        .values(unit_list=content, unit_list_digest=digest_bytes(content))
    )


async def read_unit_list(connection: Reading, code: str) -> tuple[bytes, str]:
    """The unit list as it was frozen, byte by byte, and its digest.

    Raises DomainError `campaign_unknown`, `campaign_without_units`.
    """
    await read_campaign(connection, code)
    query = select(campaign.c.unit_list, campaign.c.unit_list_digest).where(campaign.c.code == code)
    content, digest = (await connection.execute(query)).one()
    if content is None:
        raise DomainError("campaign_without_units", {"campaign": code})
    return content, digest


async def set_state(connection: Writing, campaign_id: UUID, state: CampaignState) -> None:
    await connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(state=state))


async def mark_amended(connection: Writing, campaign_id: UUID) -> None:
    """From now on ballots are held against the issue list once more as they are written."""
    await connection.execute(update(campaign).filter_by(id=campaign_id).values(serials_amended=True))


async def close_handed_over(connection: Writing, period: str) -> list[str]:
    """Close the campaigns of the period that were handed over; their codes."""
    rows = await connection.execute(
        update(campaign)
        .where(campaign.c.period == period, campaign.c.state == CampaignState.HANDED_OVER)
        .values(state=CampaignState.CLOSED)
        .returning(campaign.c.code)
    )
    return sorted(rows.scalars())


async def list_unfinished(connection: Reading, period: str) -> list[tuple[str, str]]:
    """Code and state of the campaigns of the period that are not closed."""
    rows = await connection.execute(
        select(campaign.c.code, campaign.c.state)
        .where(campaign.c.period == period, campaign.c.state != CampaignState.CLOSED)
        .order_by(campaign.c.code)
    )
    return [(row.code, row.state) for row in rows]
