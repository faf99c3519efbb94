"""First tables of survey; ballots in eight partitions; the audit cannot be changed by the service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("business_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        schema="survey",
    )
    op.create_table(
        "ballot",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("questionnaire", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("answers", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("entry_mode", sa.String(length=8), nullable=False),
        sa.Column("clerk", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'invalid') = (reason IS NOT NULL)", name=op.f("ck_ballot_reason")),
        sa.CheckConstraint("status IN ('held', 'valid', 'invalid')", name=op.f("ck_ballot_status")),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_ballot"),
        sa.UniqueConstraint("campaign_id", "serial", name="uq_ballot_campaign_id_serial"),
        schema="survey",
        postgresql_partition_by="HASH (campaign_id)",
    )
    op.create_index("ix_ballot_batch", "ballot", ["campaign_id", "batch"], unique=False, schema="survey")
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("plans", postgresql.JSONB(), nullable=False),
        sa.Column("opens_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit_list", sa.LargeBinary(), nullable=True),
        sa.Column("unit_list_digest", sa.String(length=71), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(unit_list IS NULL) = (unit_list_digest IS NULL)", name=op.f("ck_campaign_unit_list_pair")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("code", name="uq_campaign_code"),
        schema="survey",
    )
    op.create_index("ix_campaign_period", "campaign", ["period"], unique=False, schema="survey")
    op.create_table(
        "idempotency_key",
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_digest", sa.String(length=71), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "method", "path", "key", name="pk_idempotency_key"),
        schema="survey",
    )
    op.create_table(
        "questionnaire",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["survey.campaign.id"], name="fk_questionnaire_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "code", name="pk_questionnaire"),
        schema="survey",
    )
    op.create_table(
        "batch",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=500), nullable=False),
        sa.Column("questionnaire", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=True),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("issued_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("issued >= 0", name=op.f("ck_batch_issued")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "questionnaire"],
            ["survey.questionnaire.campaign_id", "survey.questionnaire.code"],
            name="fk_batch_campaign_id_questionnaire",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "code", name="pk_batch"),
        schema="survey",
    )
    op.create_table(
        "quota",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("surplus", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name=op.f("ck_quota_never_over_filled")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "questionnaire"],
            ["survey.questionnaire.campaign_id", "survey.questionnaire.code"],
            name="fk_quota_campaign_id_questionnaire",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "questionnaire", "respondent_group", "unit", name="pk_quota"),
        schema="survey",
    )
    for part in range(8):
        op.execute(
            f"CREATE TABLE survey.ballot_p{part} PARTITION OF survey.ballot"
            f" FOR VALUES WITH (MODULUS 8, REMAINDER {part})"
        )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.audit FROM survey_app")


def downgrade() -> None:

    op.drop_table("quota", schema="survey")
    op.drop_table("batch", schema="survey")
    op.drop_table("questionnaire", schema="survey")
    op.drop_table("idempotency_key", schema="survey")
    op.drop_index("ix_campaign_period", table_name="campaign", schema="survey")
    op.drop_table("campaign", schema="survey")
    op.drop_index("ix_ballot_batch", table_name="ballot", schema="survey")
    op.drop_table("ballot", schema="survey")
    op.drop_table("audit", schema="survey")
