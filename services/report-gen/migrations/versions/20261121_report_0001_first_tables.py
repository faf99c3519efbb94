"""First tables of report; a finished document cannot be changed by the service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "report_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("business_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        schema="report",
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("source_digest", sa.String(length=71), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        schema="report",
    )
    op.create_index(
        "uq_document_edition",
        "document",
        ["period", "edition", "kind"],
        unique=True,
        schema="report",
        postgresql_where=sa.text("edition > 0"),
    )
    op.create_index(
        "uq_document_campaign",
        "document",
        ["period", "kind", "source_digest"],
        unique=True,
        schema="report",
        postgresql_where=sa.text("edition = 0"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_digest", sa.String(length=71), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "method", "path", "key", name="pk_idempotency_key"),
        schema="report",
    )
    op.create_table(
        "issuance",
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period", "kind", name="pk_issuance"),
        schema="report",
    )
    op.create_table(
        "render_run",
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source_digest", sa.String(length=71), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period", "edition", "kind", "source_digest", name="pk_render_run"),
        schema="report",
    )

    for table in ("audit", "document"):
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON report.{table} FROM report_app")


def downgrade() -> None:
    op.drop_table("render_run", schema="report")
    op.drop_table("issuance", schema="report")
    op.drop_table("idempotency_key", schema="report")
    op.drop_table("document", schema="report")
    op.drop_table("audit", schema="report")
