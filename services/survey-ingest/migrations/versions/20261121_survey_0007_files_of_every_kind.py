"""Files: what a source declares, spellings that people confirmed, rejected rows, checkpoints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0007"
down_revision = "survey_0006"
branch_labels = None
depends_on = None

HELD_BEFORE = "mode = 'commit' AND (state IN ('queued', 'running') OR valid + invalid + held > 0)"
HOLDS_FILE = (
    "mode = 'commit' AND (state IN ('queued', 'running', 'needs_confirmation') OR valid + invalid + held > 0)"
)
NEW_COLUMNS = ("source", "scales", "staged", "unknown_units")


def upgrade() -> None:
    op.alter_column(
        "ballot_import",
        "state",
        type_=sa.String(length=20),
        existing_type=sa.String(length=8),
        existing_nullable=False,
        schema="survey",
    )
    # Compressing a file costs more than it saves: it is read back once or twice.
    op.execute("ALTER TABLE survey.ballot_import ALTER COLUMN content SET STORAGE EXTERNAL")
    for column in (
        sa.Column("source", sa.String(length=80), server_default="", nullable=False),
        sa.Column("scales", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("staged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown_units", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("ballot_import", column, schema="survey")
    _index_files(HOLDS_FILE)
    op.create_index("ix_ballot_import_campaign_id", "ballot_import", ["campaign_id", "id"], schema="survey")
    op.create_table(
        "import_comment",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "row", "question", name="pk_import_comment"),
        schema="survey",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "import_reject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("rows", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_reject"),
        schema="survey",
    )
    op.create_index(
        "ix_import_reject_import_id", "import_reject", ["import_id"], unique=False, schema="survey"
    )
    op.create_table(
        "import_spelling",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "spelling", name="pk_import_spelling"),
        schema="survey",
    )
    op.create_table(
        "unit_spelling",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "level", "key", name="pk_unit_spelling"),
        schema="survey",
    )
    op.create_table(
        "import_mapping",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "source", "revision", name="pk_import_mapping"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.import_mapping FROM survey_app")


def _index_files(which: str) -> None:
    op.drop_index("uq_ballot_import_file", table_name="ballot_import", schema="survey")
    op.create_index(
        "uq_ballot_import_file",
        "ballot_import",
        ["campaign_id", "batch", "digest", "settings"],
        unique=True,
        schema="survey",
        postgresql_where=sa.text(which),
    )


def downgrade() -> None:

    for table in ("import_mapping", "unit_spelling", "import_spelling", "import_reject", "import_comment"):
        op.drop_table(table, schema="survey")
    op.drop_index("ix_ballot_import_campaign_id", table_name="ballot_import", schema="survey")
    op.execute("ALTER TABLE survey.ballot_import ALTER COLUMN content SET STORAGE EXTENDED")
    op.execute("UPDATE survey.ballot_import SET state = 'refused' WHERE length(state) > 8")
    _index_files(HELD_BEFORE)
    for column in NEW_COLUMNS:
        op.drop_column("ballot_import", column, schema="survey")
    op.alter_column(
        "ballot_import",
        "state",
        type_=sa.String(length=8),
        existing_type=sa.String(length=20),
        existing_nullable=False,
        schema="survey",
    )
