"""Tables of the survey's plan: campaigns, questionnaires, quotas, batches, serials and samples."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db import Instant
from survey_ingest.schema import metadata

campaign = Table(
    "campaign",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(80), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("period", String(80), nullable=False, index=True),
    Column("operator", Text, nullable=False),
    Column("plans", JSONB, nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("unit_list", LargeBinary),
    Column("unit_list_digest", String(71)),
    Column("created_at", Instant, nullable=False),
    Column("publication_minimum", Integer, nullable=False, server_default="5"),
    Column("retention_days", Integer),
    Column("late_entry_hours", Integer, nullable=False, server_default="0"),
    Column("issued_serials_only", Boolean, nullable=False, server_default="false"),
    Column("explained_warnings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("double_entry", JSONB, nullable=False, server_default=text("""'{"share": "0"}'::jsonb""")),
    # Serials were written off or ranges withdrawn: each ballot's serial is looked at as it is written.
    Column("serials_amended", Boolean, nullable=False, server_default="false"),
    CheckConstraint("publication_minimum >= 0", name="publication_minimum"),
    CheckConstraint("retention_days >= 0", name="retention_days"),
    CheckConstraint("late_entry_hours >= 0", name="late_entry_hours"),
    CheckConstraint("(unit_list IS NULL) = (unit_list_digest IS NULL)", name="unit_list_pair"),
)

campaign_extension = Table(
    "campaign_extension",
    metadata,
    Column("campaign_id", Uuid, ForeignKey(campaign.c.id), primary_key=True),
    Column("closes_at", Instant, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
)

questionnaire = Table(
    "questionnaire",
    metadata,
    Column("campaign_id", Uuid, ForeignKey(campaign.c.id), primary_key=True),
    Column("code", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("definition", Text, nullable=False),
    Column("edited_at", Instant),
    Column("published_at", Instant),
)

quota = Table(
    "quota",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("questionnaire", String(80), primary_key=True),
    Column("respondent_group", String(80), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    Column("surplus", Integer, nullable=False, server_default="0"),
    ForeignKeyConstraint(
        ["campaign_id", "questionnaire"], ["survey.questionnaire.campaign_id", "survey.questionnaire.code"]
    ),
    CheckConstraint("taken BETWEEN 0 AND places", name="never_over_filled"),
)

batch = Table(
    "batch",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("code", String(80), primary_key=True),
    Column("office", String(500), nullable=False),
    Column("questionnaire", String(80), nullable=False),
    Column("respondent_group", String(80)),
    Column("issued", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("issued_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["campaign_id", "questionnaire"], ["survey.questionnaire.campaign_id", "survey.questionnaire.code"]
    ),
    CheckConstraint("issued >= 0", name="issued"),
)

# A range is printed first and issued to a batch later: two rows, since one print run serves many batches.
serial_range = Table(
    "serial_range",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("campaign_id", Uuid, nullable=False),
    Column("stage", String(7), nullable=False),
    Column("prefix", String(60), nullable=False),
    Column("width", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("batch", String(80)),
    Column("listed_by", String(200), nullable=False),
    Column("listed_at", Instant, nullable=False),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
    CheckConstraint("stage IN ('printed', 'issued')", name="stage"),
    CheckConstraint("(stage = 'issued') = (batch IS NOT NULL)", name="batch"),
    CheckConstraint("first <= last", name="ends"),
    Index("ix_serial_range_series", "campaign_id", "stage", "prefix", "width", "first"),
)

# A range that was listed by mistake: the row stays, and from now on nothing is held against it.
serial_withdrawal = Table(
    "serial_withdrawal",
    metadata,
    Column("range_id", BigInteger, ForeignKey(serial_range.c.id), primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("withdrawn_by", String(200), nullable=False),
    Column("withdrawn_at", Instant, nullable=False),
)

# What became of single ballots: the latest row of a serial tells.
serial_status = Table(
    "serial_status",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("campaign_id", Uuid, nullable=False),
    Column("serial", String(80), nullable=False),
    Column("batch", String(80), nullable=False),
    Column("status", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("marked_by", String(200), nullable=False),
    Column("marked_at", Instant, nullable=False),
    CheckConstraint("status IN ('returned', 'spoiled', 'missing')", name="status"),
    Index("ix_serial_status_serial", "campaign_id", "serial", "id"),
)

sample = Table(
    "sample",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, ForeignKey(campaign.c.id), nullable=False),
    Column("level", String(20), nullable=False),
    Column("seed", String(200), nullable=False),
    Column("allocation", JSONB, nullable=False),
    Column("method", String(40), nullable=False),
    Column("list_digest", String(71), nullable=False),
    Column("population", Integer, nullable=False),
    Column("strata", JSONB, nullable=False),
    Column("drawn_by", String(200), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    UniqueConstraint("campaign_id", "level", "list_digest", "seed", "allocation", name="uq_sample_draw"),
)

sample_item = Table(
    "sample_item",
    metadata,
    Column("sample_id", Uuid, ForeignKey(sample.c.id), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("transaction", String(80), nullable=False),
)
