"""SQL of the hand-over: deliveries by the post office, receipts by the department, and the minutes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from parindex.db import Instant, Reading, Writing
from survey_ingest.custody.domain.kept import kept_digest
from survey_ingest.schema import metadata

handover_delivery = Table(
    "handover_delivery",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, server_default="1"),
    Column("from_party", Text, nullable=False),
    Column("to_party", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("delivered_at", Instant, nullable=False),
    Column("delivered_by", String(200), nullable=False),
    Column("entries", ARRAY(String(71)), nullable=False, server_default=text("'{}'")),
)

handover_receipt = Table(
    "handover_receipt",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("accepted", Boolean, nullable=False),
    Column("seals_intact", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("accepted_because", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_by", String(200), nullable=False),
    ForeignKeyConstraint(
        ["campaign_id", "revision"],
        ["survey.handover_delivery.campaign_id", "survey.handover_delivery.revision"],
    ),
)

handover = Table(
    "handover",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True, server_default="1"),
    Column("digest", String(71), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_by", String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the office hands over: the bags by their lines in the ledger."""

    revision: int
    from_party: str
    to_party: str
    note: str
    delivered_at: datetime
    delivered_by: str
    entries: Sequence[str]

    @property
    def kept(self) -> dict[str, str]:
        """The delivery as the log of acts tells of it."""
        return {f"delivery/{self.revision}": kept_digest(self)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receiving side says of one delivery."""

    revision: int
    accepted: bool
    seals_intact: bool
    note: str
    accepted_because: str
    received_at: datetime
    received_by: str

    @property
    def kept(self) -> dict[str, str]:
        """The receipt as the log of acts tells of it."""
        return {f"receipt/{self.revision}": kept_digest(self)}


@dataclass(frozen=True, slots=True)
class Minutes:
    """Stored minutes: the canonical bytes of the record and their digest."""

    revision: int
    digest: str
    content: bytes

    @property
    def kept(self) -> dict[str, str]:
        """The minutes as the log of acts tells of them."""
        return {f"minutes/{self.revision}": self.digest}


@dataclass(frozen=True, slots=True)
class Part:
    """A delivery with its receipt once there is one."""

    delivery: Delivery
    receipt: Receipt | None

    @property
    def is_received(self) -> bool:
        return self.receipt is not None and self.receipt.accepted


async def insert_delivery(connection: Writing, campaign_id: UUID, new: Delivery) -> None:
    values = {**asdict(new), "entries": list(new.entries)}
    await connection.execute(insert(handover_delivery).values(campaign_id=campaign_id, **values))


async def insert_receipt(connection: Writing, campaign_id: UUID, new: Receipt) -> None:
    await connection.execute(insert(handover_receipt).values(campaign_id=campaign_id, **asdict(new)))


async def list_parts(connection: Reading, campaign_id: UUID) -> list[Part]:
    """Every delivery of the campaign in order."""
    rows = await connection.execute(
        select(handover_delivery)
        .where(handover_delivery.c.campaign_id == campaign_id)
        .order_by(handover_delivery.c.revision)
    )
    made = await connection.execute(
        select(handover_receipt).where(handover_receipt.c.campaign_id == campaign_id)
    )
    receipts = {row.revision: Receipt(*row[1:]) for row in made}
    return [Part(Delivery(*row[1:]), receipts.get(row.revision)) for row in rows]


async def insert_minutes(
    connection: Writing, campaign_id: UUID, new: Minutes, received_at: datetime, by: str
) -> None:
    await connection.execute(
        insert(handover).values(
            campaign_id=campaign_id,
            revision=new.revision,
            digest=new.digest,
            content=new.content,
            received_at=received_at,
            received_by=by,
        )
    )


async def list_minutes(connection: Reading, campaign_id: UUID) -> list[Minutes]:
    """The minutes of the campaign, first to last."""
    rows = await connection.execute(
        select(handover.c.revision, handover.c.digest, handover.c.content)
        .where(handover.c.campaign_id == campaign_id)
        .order_by(handover.c.revision)
    )
    return [Minutes(*row) for row in rows]


async def read_handover(connection: Reading, digest: str) -> bytes | None:
    query = select(handover.c.content).where(handover.c.digest == digest)
    return (await connection.execute(query)).scalar()
