"""The council's record, complaints with their answers, and corrections: what is written there stays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0005"
down_revision = "scoring_0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("tally_choice", "complaint", "complaint_answer", "correction", "correction_end")


def upgrade() -> None:
    op.add_column("period", sa.Column("previous_edition", sa.Integer()), schema="scoring")
    op.add_column("act", sa.Column("session_id", sa.Uuid()), schema="scoring")
    op.add_column("act", sa.Column("correction_id", sa.Uuid()), schema="scoring")
    for name in ("present", "agenda"):
        column = sa.Column(name, postgresql.JSONB(), server_default="[]", nullable=False)
        op.add_column("council_session", column, schema="scoring")
    op.create_table(
        "tally_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_tally_choice_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tally_choice"),
        schema="scoring",
    )
    op.create_index("ix_tally_choice_period_id", "tally_choice", ["period_id"], schema="scoring")
    _create_complaints()
    _create_corrections()
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON scoring.{table} FROM scoring_app")


def _create_complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("leaves", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_complaint_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.UniqueConstraint("period_id", "number", name="uq_complaint_period_id_number"),
        schema="scoring",
    )
    op.create_table(
        "complaint_answer",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["scoring.complaint.id"], name="fk_complaint_answer_complaint_id"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["scoring.council_session.id"], name="fk_complaint_answer_session_id"
        ),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_complaint_answer"),
        schema="scoring",
    )


def _create_corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", postgresql.JSONB(), nullable=False),
        sa.Column("tally_digest", sa.String(length=71), nullable=False),
        sa.Column("previous_edition", sa.Integer()),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_correction_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.UniqueConstraint("period_id", "number", name="uq_correction_period_id_number"),
        schema="scoring",
    )
    op.create_table(
        "correction_end",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.LargeBinary()),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["scoring.correction.id"], name="fk_correction_end_correction_id"
        ),
        sa.PrimaryKeyConstraint("correction_id", name="pk_correction_end"),
        schema="scoring",
    )


def downgrade() -> None:
    for table in ("correction_end", "correction", "complaint_answer", "complaint"):
        op.drop_table(table, schema="scoring")
    op.drop_index("ix_tally_choice_period_id", table_name="tally_choice", schema="scoring")
    op.drop_table("tally_choice", schema="scoring")
    op.drop_column("council_session", "agenda", schema="scoring")
    op.drop_column("council_session", "present", schema="scoring")
    op.drop_column("act", "correction_id", schema="scoring")
    op.drop_column("act", "session_id", schema="scoring")
    op.drop_column("period", "previous_edition", schema="scoring")
