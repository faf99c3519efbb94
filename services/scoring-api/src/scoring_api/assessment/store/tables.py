"""Tables of the room. `act` is append-only: it is the stages, the versions, the diff and the audit in one."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from parindex.db import Instant
from parindex.db.types import points_column
from scoring_api.schema import metadata

period = Table(
    "period",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(80), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("passages", JSONB, nullable=False),
    Column("previous", String(80), nullable=False),
    Column("plan", String(80), nullable=False),
    Column("survey", JSONB),
    Column("pinned_tally", String(71), nullable=False),
    Column("created_at", Instant, nullable=False),
)
phase_window = Table(
    "phase_window",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("phase", String(20), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Index("ix_phase_window_period_id", "period_id"),
)
period_unit = Table(
    "period_unit",
    metadata,
    Column("period_id", Uuid, ForeignKey(period.c.id), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("framework_id", Uuid, nullable=False),
    Column("form", String(8), nullable=False),
    Column("position", Integer, nullable=False),
    Column("rank_group", String(80), nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("receipt", JSONB),
    UniqueConstraint("period_id", "form"),
)
act = Table(
    "act",
    metadata,
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("leaf", String(200), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Column("points", points_column()),
    Column("not_applicable", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("narrative", Text, nullable=False),
    Column("evidence", ARRAY(Uuid), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index("ix_act_period_id_unit", "period_id", "unit"),
)
evidence = Table(
    "evidence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("issued_on", Date),
    Column("author", String(200), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    UniqueConstraint("period_id", "unit", "digest"),
)
council_session = Table(
    "council_session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("number", Text, nullable=False),
    Column("held_at", Instant, nullable=False),
    Column("minutes", Text, nullable=False),
    Column("tally_digest", String(71), nullable=False),
    Column("author", String(200), nullable=False),
)
tally_snapshot = Table(
    "tally_snapshot",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("campaign", String(80), nullable=False),
    Column("period", String(80), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("campaign", "revision"),
)
handover = Table(
    "handover",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("campaign", String(80), nullable=False),
    Column("period", String(80), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
)
