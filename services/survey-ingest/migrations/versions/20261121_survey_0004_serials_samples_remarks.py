"""Serial ranges, samples, comments and explained warnings; questionnaires are published one by one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0004"
down_revision = "survey_0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("serial_range", "serial_status", "sample", "sample_item", "ballot_comment", "ballot_warning")


def upgrade() -> None:
    instant = sa.TIMESTAMP(timezone=True)
    for name, kind, default in (
        ("late_entry_hours", sa.Integer(), "0"),
        ("issued_serials_only", sa.Boolean(), "false"),
        ("explained_warnings", postgresql.JSONB(), sa.text("'[]'::jsonb")),
    ):
        column = sa.Column(name, kind, server_default=default, nullable=False)
        op.add_column("campaign", column, schema="survey")
    op.create_check_constraint(
        op.f("ck_campaign_late_entry_hours"), "campaign", "late_entry_hours >= 0", schema="survey"
    )
    op.add_column("questionnaire", sa.Column("edited_at", instant, nullable=True), schema="survey")
    op.add_column("questionnaire", sa.Column("published_at", instant, nullable=True), schema="survey")
    op.execute(
        "UPDATE survey.questionnaire q SET published_at = c.created_at FROM survey.campaign c"
        " WHERE c.id = q.campaign_id AND c.state <> 'draft'"
    )
    op.add_column("ballot", sa.Column("collected_at", sa.Date(), nullable=True), schema="survey")
    op.create_table(
        "serial_range",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=7), nullable=False),
        sa.Column("prefix", sa.String(length=60), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=True),
        sa.Column("listed_by", sa.String(length=200), nullable=False),
        sa.Column("listed_at", instant, nullable=False),
        sa.CheckConstraint("stage IN ('printed', 'issued')", name=op.f("ck_serial_range_stage")),
        sa.CheckConstraint("(stage = 'issued') = (batch IS NOT NULL)", name=op.f("ck_serial_range_batch")),
        sa.CheckConstraint("first <= last", name=op.f("ck_serial_range_ends")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "batch"],
            ["survey.batch.campaign_id", "survey.batch.code"],
            name="fk_serial_range_campaign_id_batch",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "stage", "prefix", "width", "first", name="pk_serial_range"),
        schema="survey",
    )
    op.create_table(
        "serial_status",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.String(length=200), nullable=False),
        sa.Column("marked_at", instant, nullable=False),
        sa.CheckConstraint(
            "status IN ('returned', 'spoiled', 'missing')", name=op.f("ck_serial_status_status")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_serial_status"),
        schema="survey",
    )
    op.create_index(
        "ix_serial_status_serial", "serial_status", ["campaign_id", "serial", "id"], schema="survey"
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("allocation", postgresql.JSONB(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("list_digest", sa.String(length=71), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("strata", postgresql.JSONB(), nullable=False),
        sa.Column("drawn_by", sa.String(length=200), nullable=False),
        sa.Column("drawn_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["survey.campaign.id"], name="fk_sample_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sample"),
        sa.UniqueConstraint(
            "campaign_id", "level", "list_digest", "seed", "allocation", name="uq_sample_draw"
        ),
        schema="survey",
    )
    op.create_table(
        "sample_item",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("transaction", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["survey.sample.id"], name="fk_sample_item_sample_id"),
        sa.PrimaryKeyConstraint("sample_id", "unit", "position", name="pk_sample_item"),
        schema="survey",
    )
    op.create_table(
        "ballot_comment",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "question", name="pk_ballot_comment"),
        schema="survey",
    )
    op.create_table(
        "ballot_warning",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("warning", sa.String(length=4), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("explained_by", sa.String(length=200), nullable=False),
        sa.Column("explained_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "warning", name="pk_ballot_warning"),
        schema="survey",
    )
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON survey.{table} FROM survey_app")


def downgrade() -> None:

    for table in ("ballot_warning", "ballot_comment", "sample_item", "sample", "serial_status"):
        op.drop_table(table, schema="survey")
    op.drop_table("serial_range", schema="survey")
    op.drop_column("ballot", "collected_at", schema="survey")
    op.drop_column("questionnaire", "published_at", schema="survey")
    op.drop_column("questionnaire", "edited_at", schema="survey")
    for column in ("explained_warnings", "issued_serials_only", "late_entry_hours"):
        op.drop_column("campaign", column, schema="survey")
