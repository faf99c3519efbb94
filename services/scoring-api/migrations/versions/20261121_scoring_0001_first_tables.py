"""First tables of scoring; acts, audit, computations and editions cannot be changed by the service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "act",
    "audit",
    "computation",
    "standing",
    "tally_snapshot",
    "handover",
    "edition_document",
    "edition_sheet",
)


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope", postgresql.JSONB(), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        schema="scoring",
    )
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
        schema="scoring",
    )
    op.create_table(
        "computation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("tally_digest", sa.String(length=71), nullable=False),
        sa.Column("requested_tally", sa.String(length=71), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("computed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_computation"),
        schema="scoring",
    )
    op.create_table(
        "edition",
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("index_content", sa.LargeBinary(), nullable=False),
        sa.Column("index_tag", sa.String(length=80), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("finalized_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("period", "number", name="pk_edition"),
        schema="scoring",
    )
    op.create_table(
        "edition_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edition_document"),
        schema="scoring",
    )
    op.create_table(
        "edition_sheet",
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("tag", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("period", "number", "unit", name="pk_edition_sheet"),
        schema="scoring",
    )
    op.create_table(
        "framework",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_framework"),
        sa.UniqueConstraint("code", "version", name="uq_framework_code_version"),
        schema="scoring",
    )
    op.create_table(
        "handover",
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("tally_digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_handover"),
        schema="scoring",
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
        schema="scoring",
    )
    op.create_table(
        "period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("passages", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.String(length=80), nullable=False),
        sa.Column("plan", sa.String(length=80), nullable=False),
        sa.Column("survey", postgresql.JSONB(), nullable=True),
        sa.Column("pinned_tally", sa.String(length=71), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_period"),
        sa.UniqueConstraint("code", name="uq_period_code"),
        schema="scoring",
    )
    op.create_table(
        "plan",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_plan"),
        schema="scoring",
    )
    op.create_table(
        "standing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("framework", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("percent", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=80), nullable=False),
        sa.Column("review_years", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing"),
        sa.UniqueConstraint("period", "edition", "unit", name="uq_standing_period_edition_unit"),
        schema="scoring",
    )
    op.create_table(
        "tally_snapshot",
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("campaign", sa.String(length=80), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tally_snapshot"),
        sa.UniqueConstraint("campaign", "revision", name="uq_tally_snapshot_campaign_revision"),
        schema="scoring",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("code", name="uq_unit_code"),
        schema="scoring",
    )
    op.create_table(
        "act",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("leaf", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("points", sa.Numeric(), nullable=True),
        sa.Column("not_applicable", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_act_period_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_act"),
        schema="scoring",
    )
    op.create_index("ix_act_period_id_unit", "act", ["period_id", "unit"], unique=False, schema="scoring")
    op.create_table(
        "council_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("held_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("tally_digest", sa.String(length=71), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_council_session_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_council_session"),
        schema="scoring",
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_evidence_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("period_id", "unit", "digest", name="uq_evidence_period_id_unit_digest"),
        schema="scoring",
    )
    op.create_table(
        "period_unit",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank_group", sa.String(length=80), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("receipt", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_period_unit_period_id"),
        sa.PrimaryKeyConstraint("period_id", "unit", name="pk_period_unit"),
        sa.UniqueConstraint("period_id", "form", name="uq_period_unit_period_id_form"),
        schema="scoring",
    )
    op.create_table(
        "phase_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("opens_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_phase_window_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phase_window"),
        schema="scoring",
    )
    op.create_index(
        "ix_phase_window_period_id", "phase_window", ["period_id"], unique=False, schema="scoring"
    )
    op.create_table(
        "unit_alias",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_unit_alias_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "alias", name="pk_unit_alias"),
        schema="scoring",
    )
    op.create_index("ix_unit_alias_match_key", "unit_alias", ["match_key"], unique=False, schema="scoring")
    op.create_table(
        "unit_name",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("head_title", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_unit_name_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "valid_from", name="pk_unit_name"),
        schema="scoring",
    )

    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON scoring.{table} FROM scoring_app")


def downgrade() -> None:
    op.drop_table("unit_name", schema="scoring")
    op.drop_index("ix_unit_alias_match_key", table_name="unit_alias", schema="scoring")
    op.drop_table("unit_alias", schema="scoring")
    op.drop_index("ix_phase_window_period_id", table_name="phase_window", schema="scoring")
    op.drop_table("phase_window", schema="scoring")
    op.drop_table("period_unit", schema="scoring")
    op.drop_table("evidence", schema="scoring")
    op.drop_table("council_session", schema="scoring")
    op.drop_index("ix_act_period_id_unit", table_name="act", schema="scoring")
    op.drop_table("act", schema="scoring")
    op.drop_table("unit", schema="scoring")
    op.drop_table("tally_snapshot", schema="scoring")
    op.drop_table("standing", schema="scoring")
    op.drop_table("plan", schema="scoring")
    op.drop_table("period", schema="scoring")
    op.drop_table("idempotency_key", schema="scoring")
    op.drop_table("handover", schema="scoring")
    op.drop_table("framework", schema="scoring")
    op.drop_table("edition_sheet", schema="scoring")
    op.drop_table("edition_document", schema="scoring")
    op.drop_table("edition", schema="scoring")
    op.drop_table("computation", schema="scoring")
    op.drop_table("audit", schema="scoring")
    op.drop_table("access_token", schema="scoring")
