"""Tables of double entry: claims, second entries, and each difference with what was said of it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
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

# A lease, not history: renewed, taken over when it has run out, given back. Who keyed what stands elsewhere.
batch_claim = Table(
    "batch_claim",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("stage", String(6), primary_key=True),
    Column("clerk", String(200), nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # Who held it before: what they keyed then and send later is not lost.
    Column("former_clerks", ARRAY(String(200)), nullable=False, server_default="{}"),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
    CheckConstraint("stage IN ('first', 'second')", name="stage"),
)

second_entry = Table(
    "second_entry",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, nullable=False),
    Column("serial", String(80), nullable=False),
    Column("batch", String(80), nullable=False),
    Column("respondent_group", String(80), nullable=False),
    Column("unit", String(80)),
    Column("answers", ARRAY(SmallInteger), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("clerk", String(200), nullable=False),
    Column("keyed_at", Instant, nullable=False),
    UniqueConstraint("campaign_id", "ballot_id"),
    Index("ix_second_entry_batch", "campaign_id", "batch"),
)

# `position` is the answer's index, or «group» or «unit»; values are kept as they are written.
entry_difference = Table(
    "entry_difference",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("position", String(8), primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("first", String(80), nullable=False),
    Column("second", String(80), nullable=False),
    Index("ix_entry_difference_batch", "campaign_id", "batch"),
)

entry_rekeying = Table(
    "entry_rekeying",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("position", String(8), primary_key=True),
    Column("value", String(80), nullable=False),
    Column("rekeyed_by", String(200), nullable=False),
    Column("rekeyed_at", Instant, nullable=False),
)

entry_decision = Table(
    "entry_decision",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("ballot_id", Uuid, primary_key=True),
    Column("position", String(8), primary_key=True),
    Column("value", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", Instant, nullable=False),
)

# A sample that was so bad that the whole batch is keyed twice: decided once, whatever is keyed afterwards.
sample_stop = Table(
    "sample_stop",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("sampled", Integer, nullable=False),
    Column("fields", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("stopped_at", Instant, nullable=False),
)

# How a sealed bag was keyed, as JSON of `domain.figures.BagFigures`: nobody counts its ballots again.
bag_figures = Table(
    "bag_figures",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("figures", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
)
