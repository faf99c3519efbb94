"""SQL of the batches issued to post offices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.store.tables import batch


@dataclass(frozen=True, slots=True)
class Batch:
    """A bag of ballots issued to an office; `group` None when several groups share it."""

    code: str
    office: str
    questionnaire: str
    group: str | None
    issued: int
    state: str = "open"


async def insert_batch(connection: Writing, campaign_id: UUID, new: Batch) -> bool:
    """False when the campaign has a batch of this code already."""
    result = await connection.execute(
        insert(batch)
        .values(
            campaign_id=campaign_id,
            code=new.code,
            office=new.office,
            questionnaire=new.questionnaire,
            respondent_group=new.group,
            issued=new.issued,
            state=new.state,
            issued_at=business_time(),
        )
        .on_conflict_do_nothing()
    )
    return bool(result.rowcount)


async def read_batch(connection: Reading, campaign_id: UUID, code: str, *, lock: str = "") -> Batch:
    """One batch; `lock` is "share" to key into it, "update" to seal it.

    Raises DomainError `batch_unknown`.
    """
    query = select(batch).where(batch.c.campaign_id == campaign_id, batch.c.code == code)
    if lock:
        query = query.with_for_update(read=lock == "share")
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("batch_unknown", {"batch": code})
    return _batch(row)


async def lock_batches(connection: Writing, campaign_id: UUID, codes: Iterable[str]) -> list[Batch]:
    """Those of the codes that there are, in their order, under a shared lock."""
    rows = await connection.execute(_of_codes(campaign_id, codes).with_for_update(read=True))
    return [_batch(row) for row in rows]


async def find_batches(connection: Reading, campaign_id: UUID, codes: Iterable[str]) -> list[Batch]:
    """Those of the codes that there are, in their order."""
    return [_batch(row) for row in await connection.execute(_of_codes(campaign_id, codes))]


def _of_codes(campaign_id: UUID, codes: Iterable[str]) -> Select[Any]:
    wanted = (batch.c.campaign_id == campaign_id, batch.c.code.in_(list(codes)))
    return select(batch).where(*wanted).order_by(batch.c.code)


async def list_batches(connection: Reading, campaign_id: UUID) -> list[Batch]:
    rows = await connection.execute(
        select(batch).where(batch.c.campaign_id == campaign_id).order_by(batch.c.code)
    )
    return [_batch(row) for row in rows]


async def mark_sealed(connection: Writing, campaign_id: UUID, code: str) -> None:
    await connection.execute(
        update(batch).where(batch.c.campaign_id == campaign_id, batch.c.code == code).values(state="sealed")
    )


def _batch(row: Any) -> Batch:
    return Batch(row.code, row.office, row.questionnaire, row.respondent_group, row.issued, row.state)
