"""Webhooks: endpoints, what is delivered to them, and every try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0009"
down_revision = "scoring_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("former_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("told_serial", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoint"),
        schema="scoring",
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("settled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["scoring.webhook_endpoint.id"], name="fk_webhook_delivery_endpoint_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        schema="scoring",
    )
    for name, columns in (("endpoint_id", ["endpoint_id", "id"]), ("settled_at", ["settled_at"])):
        op.create_index(f"ix_webhook_delivery_{name}", "webhook_delivery", columns, schema="scoring")
    op.create_index(
        "uq_webhook_delivery_message",
        "webhook_delivery",
        ["endpoint_id", "message_id"],
        unique=True,
        schema="scoring",
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["due_at"],
        schema="scoring",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["scoring.webhook_delivery.id"],
            name="fk_webhook_attempt_delivery_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_attempt"),
        schema="scoring",
    )
    op.create_index("ix_webhook_attempt_delivery_id", "webhook_attempt", ["delivery_id"], schema="scoring")


def downgrade() -> None:
    for table in ("webhook_attempt", "webhook_delivery", "webhook_endpoint"):
        op.drop_table(table, schema="scoring")
