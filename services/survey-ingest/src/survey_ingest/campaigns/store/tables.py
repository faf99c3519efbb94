"""Tables of the survey's plan: campaigns, questionnaires, quotas with their counters, batches issued."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
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
    CheckConstraint("publication_minimum >= 0", name="publication_minimum"),
    CheckConstraint("retention_days >= 0", name="retention_days"),
    CheckConstraint("(unit_list IS NULL) = (unit_list_digest IS NULL)", name="unit_list_pair"),
)

questionnaire = Table(
    "questionnaire",
    metadata,
    Column("campaign_id", Uuid, ForeignKey(campaign.c.id), primary_key=True),
    Column("code", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("definition", Text, nullable=False),
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
