"""The two tables of schema `bus`: what happened, and who still has to act on it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db.types import Instant, metadata_for

metadata = metadata_for("bus")

event = Table(
    "event",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("topic", String(80), nullable=False),
    Column("producer", String(20), nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("trace_id", String(32), nullable=False),
    Column("occurred_at", Instant, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("event_id", Uuid, ForeignKey(event.c.id), primary_key=True),
    Column("subscriber", String(20), primary_key=True),
    Column("dispatched_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("done_at", Instant),
    Column("dead_at", Instant),
    Column("error", Text),
    Index(
        "ix_delivery_open",
        "subscriber",
        "event_id",
        postgresql_where="done_at IS NULL AND dead_at IS NULL",
    ),
)
