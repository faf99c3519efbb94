"""Evidence is taken back by a row of its own; assessments submitted before submissions were kept have one."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0014"
down_revision = "scoring_0013"
branch_labels = None
depends_on = None

# What the receipt says, with its digest: that of the claims as they were put into words then.
SUBMITTED_BEFORE = """
    INSERT INTO scoring.submission
        (period_id, unit, number, last_act, leaves, files, digest, author, at, recorded_at)
    SELECT bound.period_id, bound.unit, 1, latest.sequence, (bound.receipt->>'leaves')::integer,
        (bound.receipt->>'files')::integer, bound.receipt->>'digest', latest.author,
        (bound.receipt->>'submitted_at')::timestamptz, latest.recorded_at
    FROM scoring.period_unit bound
    CROSS JOIN LATERAL (
        SELECT act.sequence, act.author, act.recorded_at FROM scoring.act
        WHERE act.period_id = bound.period_id AND act.unit = bound.unit AND act.stage = 'self'
            AND act.at <= (bound.receipt->>'submitted_at')::timestamptz
        ORDER BY act.sequence DESC LIMIT 1
    ) latest
    WHERE bound.receipt IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM scoring.submission made
        WHERE made.period_id = bound.period_id AND made.unit = bound.unit
    )
"""
NUMBERED = """
    UPDATE scoring.period_unit SET receipt = receipt || '{"number": 1}'
    WHERE receipt IS NOT NULL AND NOT receipt ? 'number'
"""
# The rule that comes back allows one row of the same bytes.
FORGOTTEN = """
    WITH gone AS (DELETE FROM scoring.evidence_removal RETURNING evidence_id),
    revised AS (
        DELETE FROM scoring.evidence_revision WHERE evidence_id IN (SELECT evidence_id FROM gone)
    )
    DELETE FROM scoring.evidence WHERE id IN (SELECT evidence_id FROM gone)
"""


def upgrade() -> None:
    op.create_table(
        "evidence_removal",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["scoring.evidence.id"], name="fk_evidence_removal_evidence_id"
        ),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence_removal"),
        schema="scoring",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON scoring.evidence_removal FROM scoring_app")
    # The file taken back may be sent again. That it lies once otherwise is kept by the unit's lock.
    op.create_index("ix_evidence_period_id_unit", "evidence", ["period_id", "unit"], schema="scoring")
    op.drop_constraint("uq_evidence_period_id_unit_digest_kind", "evidence", schema="scoring")
    op.execute(SUBMITTED_BEFORE)
    op.execute(NUMBERED)


def downgrade() -> None:
    op.execute(FORGOTTEN)
    op.drop_table("evidence_removal", schema="scoring")
    op.create_unique_constraint(
        "uq_evidence_period_id_unit_digest_kind",
        "evidence",
        ["period_id", "unit", "digest", "kind"],
        schema="scoring",
    )
    op.drop_index("ix_evidence_period_id_unit", table_name="evidence", schema="scoring")
