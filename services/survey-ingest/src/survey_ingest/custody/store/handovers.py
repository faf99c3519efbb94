"""SQL of the hand-over: the delivery by the post office, and the record once it was received."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary, String, Table, Text, Uuid, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Instant, Reading, Writing
from survey_ingest.schema import metadata

handover_delivery = Table(
    "handover_delivery",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("from_party", Text, nullable=False),
    Column("to_party", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("delivered_at", Instant, nullable=False),
    Column("delivered_by", String(200), nullable=False),
)

handover = Table(
    "handover",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("digest", String(71), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_by", String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    from_party: str
    to_party: str
    note: str
    delivered_at: datetime
    delivered_by: str


async def insert_delivery(connection: Writing, campaign_id: UUID, new: Delivery) -> bool:
    """False when the campaign was delivered already."""
    statement = insert_if_new(handover_delivery).values(campaign_id=campaign_id, **asdict(new))
    return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)


async def read_delivery(connection: Reading, campaign_id: UUID) -> Delivery | None:
    query = select(handover_delivery).where(handover_delivery.c.campaign_id == campaign_id)
    row = (await connection.execute(query)).first()
    return None if row is None else Delivery(*row[1:])


async def insert_handover(
    connection: Writing, campaign_id: UUID, digest: str, content: bytes, received_at: datetime, by: str
) -> None:
    await connection.execute(
        insert(handover).values(
            campaign_id=campaign_id, digest=digest, content=content, received_at=received_at, received_by=by
        )
    )


async def find_handover(connection: Reading, campaign_id: UUID) -> tuple[str, bytes] | None:
    """Digest and record of a campaign that was handed over."""
    query = select(handover.c.digest, handover.c.content).where(handover.c.campaign_id == campaign_id)
    row = (await connection.execute(query)).first()
    return None if row is None else (row.digest, row.content)


async def read_handover(connection: Reading, digest: str) -> bytes | None:
    query = select(handover.c.content).where(handover.c.digest == digest)
    return (await connection.execute(query)).scalar()
