"""Announcements: written with their fact; the service may number them afterwards and change nothing else."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0004"
down_revision = "scoring_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("public_serial", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sa.UniqueConstraint("serial", name="uq_announcement_serial"),
        sa.UniqueConstraint("public_serial", name="uq_announcement_public_serial"),
        schema="scoring",
    )
    op.create_index(
        "ix_announcement_unnumbered",
        "announcement",
        ["id"],
        schema="scoring",
        postgresql_where=sa.text("serial IS NULL"),
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON scoring.announcement FROM scoring_app")
    op.execute("GRANT UPDATE (serial, public_serial) ON scoring.announcement TO scoring_app")


def downgrade() -> None:
    op.drop_table("announcement", schema="scoring")
