"""Double entry: claims of batches, second entries, differences; a campaign says how much is keyed twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0005"
down_revision = "survey_0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("second_entry", "entry_difference", "entry_rekeying", "entry_decision")


def upgrade() -> None:
    instant = sa.TIMESTAMP(timezone=True)
    # Campaigns that were drafted before go on as they were: nothing of them is keyed twice.
    op.add_column(
        "campaign",
        sa.Column(
            "double_entry",
            postgresql.JSONB(),
            server_default=sa.text("""'{"share": "0"}'::jsonb"""),
            nullable=False,
        ),
        schema="survey",
    )
    op.create_table(
        "batch_claim",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=6), nullable=False),
        sa.Column("clerk", sa.String(length=200), nullable=False),
        sa.Column("claimed_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.CheckConstraint("stage IN ('first', 'second')", name=op.f("ck_batch_claim_stage")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "batch"],
            ["survey.batch.campaign_id", "survey.batch.code"],
            name="fk_batch_claim_campaign_id_batch",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "batch", "stage", name="pk_batch_claim"),
        schema="survey",
    )
    op.create_table(
        "second_entry",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("answers", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("clerk", sa.String(length=200), nullable=False),
        sa.Column("keyed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_second_entry"),
        sa.UniqueConstraint("campaign_id", "ballot_id", name="uq_second_entry_campaign_id_ballot_id"),
        schema="survey",
    )
    op.create_index("ix_second_entry_batch", "second_entry", ["campaign_id", "batch"], schema="survey")
    op.create_table(
        "entry_difference",
        *_of_position(),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("first", sa.String(length=80), nullable=False),
        sa.Column("second", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "position", name="pk_entry_difference"),
        schema="survey",
    )
    op.create_index(
        "ix_entry_difference_batch", "entry_difference", ["campaign_id", "batch"], schema="survey"
    )
    op.create_table(
        "entry_rekeying",
        *_of_position(),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("rekeyed_by", sa.String(length=200), nullable=False),
        sa.Column("rekeyed_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "position", name="pk_entry_rekeying"),
        schema="survey",
    )
    op.create_table(
        "entry_decision",
        *_of_position(),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "position", name="pk_entry_decision"),
        schema="survey",
    )
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON survey.{table} FROM survey_app")


def _of_position() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.String(length=8), nullable=False),
    )


def downgrade() -> None:

    for table in ("entry_decision", "entry_rekeying", "entry_difference", "second_entry", "batch_claim"):
        op.drop_table(table, schema="survey")
    op.drop_column("campaign", "double_entry", schema="survey")
