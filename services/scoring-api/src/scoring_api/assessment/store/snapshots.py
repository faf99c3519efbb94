"""SQL of what came from the survey: tally snapshots by digest, and hand-over records."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from parindex.contracts.events import CampaignHandedOver, TallySealed
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, TallySnapshot
from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError
from scoring_api.assessment.store.tables import handover, tally_snapshot


async def insert_tally(connection: Writing, event: TallySealed, content: bytes) -> None:
    """Our own copy of the frozen counts; a repeated event changes nothing."""
    await connection.execute(
        insert(tally_snapshot)
        .values(
            digest=event.digest,
            campaign=event.campaign,
            period=event.period,
            revision=event.revision,
            content=content,
            received_at=system_time(),
        )
        .on_conflict_do_nothing()
    )


async def latest_tally_digest(connection: Reading, period: str, campaign: str) -> str:
    """The newest revision's digest of the period's own campaign; empty before any arrived."""
    row = await connection.execute(
        select(tally_snapshot.c.digest)
        .where(tally_snapshot.c.period == period, tally_snapshot.c.campaign == campaign)
        .order_by(tally_snapshot.c.revision.desc())
        .limit(1)
    )
    return row.scalar() or ""


async def read_tally(connection: Reading, digest: str) -> TallySnapshot:
    """Raises DomainError `tally_unknown`."""
    row = await connection.execute(select(tally_snapshot.c.content).where(tally_snapshot.c.digest == digest))
    content = row.scalar()
    if content is None:
        raise DomainError("tally_unknown", {"digest": digest})
    return load_snapshot(TallySnapshot, content, digest)


async def insert_handover(connection: Writing, event: CampaignHandedOver, content: bytes) -> None:
    await connection.execute(
        insert(handover)
        .values(
            digest=event.digest,
            campaign=event.campaign,
            period=event.period,
            tally_digest=load_snapshot(HandoverRecord, content, event.digest).tally_digest,
            content=content,
            received_at=system_time(),
        )
        .on_conflict_do_nothing()
    )


async def has_handover(connection: Reading, period: str, campaign: str, tally: str) -> bool:
    """Whether the ballots behind this very tally of the campaign were handed over."""
    row = await connection.execute(
        select(handover.c.digest)
        .where(
            handover.c.period == period,
            handover.c.campaign == campaign,
            handover.c.tally_digest == tally,
        )
        .limit(1)
    )
    return row.scalar() is not None
