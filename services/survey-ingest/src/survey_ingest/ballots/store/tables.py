"""Tables of ballots, of what they said before a change, and of the remarks that stand beside them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from parindex.db import Instant
from survey_ingest.schema import metadata

# No foreign keys: the writer holds campaign and batch under a shared lock in the same transaction.
ballot = Table(
    "ballot",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("serial", String(80), nullable=False),
    Column("batch", String(80), nullable=False),
    Column("questionnaire", String(80), nullable=False),
    Column("respondent_group", String(80), nullable=False),
    Column("unit", String(80)),
    Column("answers", ARRAY(SmallInteger), nullable=False),
    Column("status", String(8), nullable=False),
    Column("reason", String(40)),
    Column("digest", String(71), nullable=False),
    Column("entry_mode", String(8), nullable=False),
    Column("clerk", String(200), nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Column("collected_at", Date),
    UniqueConstraint("campaign_id", "serial"),
    Index("ix_ballot_batch", "campaign_id", "batch"),
    CheckConstraint("status IN ('held', 'valid', 'invalid')", name="status"),
    CheckConstraint("(status = 'invalid') = (reason IS NOT NULL)", name="reason"),
    postgresql_partition_by="HASH (campaign_id)",
)

# What a ballot said before each change: row n is the state that the n-th change replaced.
ballot_revision = Table(
    "ballot_revision",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("respondent_group", String(80), nullable=False),
    Column("unit", String(80)),
    Column("answers", ARRAY(SmallInteger), nullable=False),
    Column("status", String(8), nullable=False),
    Column("reason", String(40)),
    Column("digest", String(71), nullable=False),
    Column("cause", String(12), nullable=False),
    Column("explanation", Text, nullable=False),
    Column("revised_by", String(200), nullable=False),
    Column("revised_at", Instant, nullable=False),
    CheckConstraint("cause IN ('double_entry', 'correction', 'promotion')", name="cause"),
)

# What respondents wrote in their own words: no tally, snapshot or hand-over reads it.
ballot_comment = Table(
    "ballot_comment",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("question", String(80), primary_key=True),
    Column("comment", Text, nullable=False),
)

# Why a ballot with a warning was let in.
ballot_warning = Table(
    "ballot_warning",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("warning", String(4), primary_key=True),
    Column("explanation", Text, nullable=False),
    Column("explained_by", String(200), nullable=False),
    Column("explained_at", Instant, nullable=False),
)
