"""Imports, tallies, seals and hand-overs; what is sealed cannot be changed by the service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0002"
down_revision = "survey_0001"
branch_labels = None
depends_on = None

HOLDS_FILE = "mode = 'commit' AND (state IN ('queued', 'running') OR valid + invalid + held > 0)"
APPEND_ONLY = ("tally_cell", "tally", "seal", "handover_delivery", "handover")


def upgrade() -> None:
    op.create_table(
        "ballot_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("default_group", sa.String(length=80), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("atomic", sa.String(length=3), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("settings", sa.String(length=71), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid", sa.Integer(), server_default="0", nullable=False),
        sa.Column("invalid", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("repeated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad_rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_import"),
        schema="survey",
    )
    op.create_index(
        "uq_ballot_import_file",
        "ballot_import",
        ["campaign_id", "batch", "digest", "settings"],
        unique=True,
        schema="survey",
        postgresql_where=sa.text(HOLDS_FILE),
    )
    op.create_table(
        "handover",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_handover"),
        sa.UniqueConstraint("digest", name="uq_handover_digest"),
        schema="survey",
    )
    op.create_table(
        "handover_delivery",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("from_party", sa.Text(), nullable=False),
        sa.Column("to_party", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("delivered_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_handover_delivery"),
        schema="survey",
    )
    op.create_table(
        "import_error",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_error"),
        schema="survey",
    )
    op.create_index("ix_import_error_import_id", "import_error", ["import_id"], unique=False, schema="survey")
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("quota_unit", sa.String(length=80), nullable=False),
        sa.Column("answers", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "row", name="pk_import_row"),
        schema="survey",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "tally",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "revision", name="pk_tally"),
        sa.UniqueConstraint("digest", name="uq_tally_digest"),
        schema="survey",
    )
    op.create_table(
        "seal",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("previous", sa.String(length=71), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("entry", sa.String(length=71), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "batch"],
            ["survey.batch.campaign_id", "survey.batch.code"],
            name="fk_seal_campaign_id_batch",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "sequence", name="pk_seal"),
        sa.UniqueConstraint("campaign_id", "batch", name="uq_seal_campaign_id_batch"),
        schema="survey",
    )
    op.create_table(
        "tally_cell",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("questionnaire", sa.String(length=80), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("double", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "batch"],
            ["survey.batch.campaign_id", "survey.batch.code"],
            name="fk_tally_cell_campaign_id_batch",
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id",
            "batch",
            "questionnaire",
            "respondent_group",
            "unit",
            "question",
            name="pk_tally_cell",
        ),
        schema="survey",
    )
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON survey.{table} FROM survey_app")


def downgrade() -> None:

    op.drop_table("tally_cell", schema="survey")
    op.drop_table("seal", schema="survey")
    op.drop_table("tally", schema="survey")
    op.drop_table("import_row", schema="survey")
    op.drop_index("ix_import_error_import_id", table_name="import_error", schema="survey")
    op.drop_table("import_error", schema="survey")
    op.drop_table("handover_delivery", schema="survey")
    op.drop_table("handover", schema="survey")
    op.drop_index(
        "uq_ballot_import_file",
        table_name="ballot_import",
        schema="survey",
        postgresql_where=sa.text(HOLDS_FILE),
    )
    op.drop_table("ballot_import", schema="survey")
