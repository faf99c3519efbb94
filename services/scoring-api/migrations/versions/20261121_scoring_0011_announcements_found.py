"""Announcements are found by their topic and what they are about."""

from alembic import op

revision = "scoring_0011"
down_revision = "scoring_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_announcement_topic", "announcement", ["topic", "object"], schema="scoring")


def downgrade() -> None:
    op.drop_index("ix_announcement_topic", table_name="announcement", schema="scoring")
