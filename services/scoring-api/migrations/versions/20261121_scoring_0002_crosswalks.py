"""Crosswalks of frameworks; what a finished year's leaves were scored by; when a framework came into use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0002"
down_revision = "scoring_0001"
branch_labels = None
depends_on = None

# A set that an opened period binds is in use: no crosswalk to it is written any more.
IN_USE = """
UPDATE scoring.framework SET in_use_since = opened.since
FROM (
    SELECT bound.framework_id, min(period.created_at) AS since
    FROM scoring.period_unit bound JOIN scoring.period ON period.id = bound.period_id
    WHERE period.state <> 'draft' GROUP BY bound.framework_id
) opened
WHERE framework.id = opened.framework_id
"""


def upgrade() -> None:
    op.create_table(
        "framework_crosswalk",
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("written_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"],
            ["scoring.framework.id"],
            name="fk_framework_crosswalk_framework_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["scoring.framework.id"], name="fk_framework_crosswalk_earlier_id"
        ),
        sa.PrimaryKeyConstraint("framework_id", "earlier_id", name="pk_framework_crosswalk"),
        schema="scoring",
    )
    op.add_column("framework", sa.Column("in_use_since", sa.TIMESTAMP(timezone=True)), schema="scoring")
    op.execute(IN_USE)
    op.add_column("standing", sa.Column("framework_version", sa.Integer()), schema="scoring")
    op.add_column("standing", sa.Column("leaf_values", postgresql.JSONB()), schema="scoring")


def downgrade() -> None:
    op.drop_column("standing", "leaf_values", schema="scoring")
    op.drop_column("standing", "framework_version", schema="scoring")
    op.drop_column("framework", "in_use_since", schema="scoring")
    op.drop_table("framework_crosswalk", schema="scoring")
