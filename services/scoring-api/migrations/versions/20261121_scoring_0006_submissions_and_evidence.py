"""Submissions and withdrawals are kept; facts of evidence are revised by new rows; shortfalls are named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0006"
down_revision = "scoring_0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("submission", "withdrawal", "evidence_revision", "evidence")


def upgrade() -> None:
    shortfall = sa.Column("shortfall", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    op.add_column("act", shortfall, schema="scoring")
    kind = sa.Column("kind", sa.String(length=20), server_default="document", nullable=False)
    op.add_column("evidence", kind, schema="scoring")
    # An inspection's conclusion may be the very file that the unit has uploaded itself.
    op.drop_constraint("uq_evidence_period_id_unit_digest", "evidence", schema="scoring")
    op.create_unique_constraint(
        "uq_evidence_period_id_unit_digest_kind",
        "evidence",
        ["period_id", "unit", "digest", "kind"],
        schema="scoring",
    )
    op.create_index("ix_evidence_digest", "evidence", ["digest"], schema="scoring")
    op.create_table(
        "evidence_revision",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["scoring.evidence.id"], name="fk_evidence_revision_evidence_id"
        ),
        sa.PrimaryKeyConstraint("evidence_id", "version", name="pk_evidence_revision"),
        schema="scoring",
    )
    _create_submissions()
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON scoring.{table} FROM scoring_app")


def _create_submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_act", sa.BigInteger(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_submission_period_id"),
        sa.PrimaryKeyConstraint("period_id", "unit", "number", name="pk_submission"),
        schema="scoring",
    )
    op.create_table(
        "withdrawal",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id", "unit", "number"],
            ["scoring.submission.period_id", "scoring.submission.unit", "scoring.submission.number"],
            name="fk_withdrawal_period_id",
        ),
        sa.PrimaryKeyConstraint("period_id", "unit", "number", name="pk_withdrawal"),
        schema="scoring",
    )


def downgrade() -> None:
    op.drop_table("withdrawal", schema="scoring")
    op.drop_table("submission", schema="scoring")
    op.drop_table("evidence_revision", schema="scoring")
    op.execute("GRANT UPDATE, DELETE ON scoring.evidence TO scoring_app")
    op.drop_index("ix_evidence_digest", table_name="evidence", schema="scoring")
    op.drop_constraint("uq_evidence_period_id_unit_digest_kind", "evidence", schema="scoring")
    op.create_unique_constraint(
        "uq_evidence_period_id_unit_digest",
        "evidence",
        ["period_id", "unit", "digest"],
        schema="scoring",
    )
    op.drop_column("evidence", "kind", schema="scoring")
    op.drop_column("act", "shortfall", schema="scoring")
