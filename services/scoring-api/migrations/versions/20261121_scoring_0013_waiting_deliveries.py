"""Deliveries that wait are found by their endpoint, the one that waited longest first."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0013"
down_revision = "scoring_0012"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["endpoint_id", "due_at"],
        schema="scoring",
        postgresql_where=PENDING,
    )
    op.drop_index("ix_webhook_delivery_due", table_name="webhook_delivery", schema="scoring")


def downgrade() -> None:
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["due_at"],
        schema="scoring",
        postgresql_where=PENDING,
    )
    op.drop_index("ix_webhook_delivery_waiting", table_name="webhook_delivery", schema="scoring")
