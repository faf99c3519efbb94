"""A chain over the audit rows, revocations of tokens; replies to repeated requests are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0008"
down_revision = "scoring_0007"
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
        schema="scoring",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON scoring.audit_link FROM scoring_app")
    for column in ("object", "subject", "recorded_at"):
        op.create_index(f"ix_audit_{column}", "audit", [column], schema="scoring")
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], schema="scoring")
    op.add_column("access_token", sa.Column("issued_at", sa.TIMESTAMP(timezone=True)), schema="scoring")
    op.add_column("access_token", sa.Column("revoked_at", sa.TIMESTAMP(timezone=True)), schema="scoring")
    op.add_column("access_token", sa.Column("revoked_by", sa.String(length=200)), schema="scoring")
    op.create_index("ix_access_token_subject", "access_token", ["subject"], schema="scoring")
    op.create_index(
        "ix_access_token_revoked_at",
        "access_token",
        ["expires_at"],
        schema="scoring",
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_access_token_revoked_at", table_name="access_token", schema="scoring")
    op.drop_index("ix_access_token_subject", table_name="access_token", schema="scoring")
    for column in ("revoked_by", "revoked_at", "issued_at"):
        op.drop_column("access_token", column, schema="scoring")
    op.drop_index("ix_idempotency_key_created_at", table_name="idempotency_key", schema="scoring")
    for column in ("recorded_at", "subject", "object"):
        op.drop_index(f"ix_audit_{column}", table_name="audit", schema="scoring")
    op.drop_table("audit_link", schema="scoring")
