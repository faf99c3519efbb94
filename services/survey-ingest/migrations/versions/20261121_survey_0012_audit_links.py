"""A chain over the audit rows; replies to repeated requests are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0012"
down_revision = "survey_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_link",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_link"),
        sa.UniqueConstraint("audit_id", name="uq_audit_link_audit_id"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.audit_link FROM survey_app")
    for column in ("object", "subject", "recorded_at"):
        op.create_index(f"ix_audit_{column}", "audit", [column], schema="survey")
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], schema="survey")


def downgrade() -> None:
    op.drop_index("ix_idempotency_key_created_at", table_name="idempotency_key", schema="survey")
    for column in ("recorded_at", "subject", "object"):
        op.drop_index(f"ix_audit_{column}", table_name="audit", schema="survey")
    op.drop_table("audit_link", schema="survey")
