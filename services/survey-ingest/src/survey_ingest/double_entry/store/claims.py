"""SQL of claims: who works on which batch at the moment, under a lease of the system clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, text, update

from parindex.db import Reading, Writing
from survey_ingest.double_entry.store.tables import batch_claim

Stage = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A clerk's hold on a batch for one stage («nhận túi để nhập»); `former_clerks` held it before."""

    batch: str
    stage: str
    clerk: str
    claimed_at: datetime
    expires_at: datetime
    former_clerks: Sequence[str] = ()

    def is_live(self, at: datetime) -> bool:
        return at < self.expires_at


_TAKE = text(
    """
    INSERT INTO survey.batch_claim AS c (campaign_id, batch, stage, clerk, claimed_at, expires_at)
    VALUES (:campaign, :batch, :stage, :clerk, :now, :until)
    ON CONFLICT (campaign_id, batch, stage) DO UPDATE SET
        clerk = excluded.clerk, expires_at = excluded.expires_at,
        claimed_at = CASE WHEN c.clerk = excluded.clerk THEN c.claimed_at ELSE excluded.claimed_at END,
        former_clerks = CASE WHEN c.clerk = excluded.clerk OR c.clerk = ANY(c.former_clerks)
            THEN c.former_clerks ELSE c.former_clerks || c.clerk END
    WHERE c.clerk = excluded.clerk OR c.expires_at <= :now
    RETURNING batch, stage, clerk, claimed_at, expires_at, former_clerks
    """
)


async def lock_claims(connection: Writing, campaign_id: UUID, batch: str) -> None:
    """Who else claims a stage of the batch waits until this transaction has ended."""
    key = {"key": f"claim:{campaign_id}:{batch}"}
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


async def take_claim(connection: Writing, campaign_id: UUID, wanted: Claim) -> Claim | None:
    """The claim as it stands now: new, renewed or taken over; None while another's is live."""
    row = (
        await connection.execute(
            _TAKE,
            {
                "campaign": campaign_id,
                "batch": wanted.batch,
                "stage": wanted.stage,
                "clerk": wanted.clerk,
                "now": wanted.claimed_at,
                "until": wanted.expires_at,
            },
        )
    ).first()
    return None if row is None else Claim(*row)


async def read_claims(connection: Reading, campaign_id: UUID, batch: str) -> dict[str, Claim]:
    """Stage → its claim, also one that has run out."""
    rows = await connection.execute(
        select(*list(batch_claim.c)[1:]).where(
            batch_claim.c.campaign_id == campaign_id, batch_claim.c.batch == batch
        )
    )
    return {row.stage: Claim(*row) for row in rows}


async def lock_second_claims(
    connection: Writing, campaign_id: UUID, batches: Collection[str]
) -> dict[str, Claim]:
    """Batch → the claim of its second entry, held to the end of the transaction: nobody takes it over."""
    rows = await connection.execute(
        select(*list(batch_claim.c)[1:])
        .where(
            batch_claim.c.campaign_id == campaign_id,
            batch_claim.c.stage == "second",
            batch_claim.c.batch.in_(batches),
        )
        .order_by(batch_claim.c.batch)
        .with_for_update()
    )
    return {row.batch: Claim(*row) for row in rows}


async def renew_second_claims(
    connection: Writing, campaign_id: UUID, batches: Collection[str], clerk: str, until: datetime
) -> None:
    """Work renews the lease, also one that has run out or was given back and that nobody took over."""
    await connection.execute(
        update(batch_claim)
        .where(
            batch_claim.c.campaign_id == campaign_id,
            batch_claim.c.stage == "second",
            batch_claim.c.batch.in_(batches),
            batch_claim.c.clerk == clerk,
        )
        .values(expires_at=until)
    )


async def give_back(
    connection: Writing, campaign_id: UUID, batch: str, stage: str, clerk: str, at: datetime
) -> bool:
    """Let the lease run out now; who held the batch stays known. False when the clerk does not hold it."""
    result = await connection.execute(
        update(batch_claim)
        .filter_by(campaign_id=campaign_id, batch=batch, stage=stage, clerk=clerk)
        .values(expires_at=func.least(batch_claim.c.expires_at, at))
    )
    return bool(result.rowcount)
