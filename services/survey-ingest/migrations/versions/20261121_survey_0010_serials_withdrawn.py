"""Serial ranges withdrawn with their reason; bags know when serials change; a promotion revises a ballot."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0010"
down_revision = "survey_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "campaign",
        sa.Column("serials_amended", sa.Boolean(), server_default="false", nullable=False),
        schema="survey",
    )
    # What was withdrawn may be listed again: the ends of a range no longer tell it from every other.
    op.drop_constraint("pk_serial_range", "serial_range", schema="survey", type_="primary")
    op.add_column("serial_range", sa.Column("id", sa.BigInteger(), sa.Identity(always=True)), schema="survey")
    op.create_primary_key("pk_serial_range", "serial_range", ["id"], schema="survey")
    op.create_index(
        "ix_serial_range_series",
        "serial_range",
        ["campaign_id", "stage", "prefix", "width", "first"],
        schema="survey",
    )
    op.create_table(
        "serial_withdrawal",
        sa.Column("range_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["range_id"], ["survey.serial_range.id"], name="fk_serial_withdrawal_range_id"
        ),
        sa.PrimaryKeyConstraint("range_id", name="pk_serial_withdrawal"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.serial_withdrawal FROM survey_app")
    _causes("'double_entry', 'correction', 'promotion'")


def downgrade() -> None:
    op.execute("DELETE FROM survey.ballot_revision WHERE cause = 'promotion'")
    _causes("'double_entry', 'correction'")
    op.drop_constraint(
        "fk_serial_withdrawal_range_id", "serial_withdrawal", schema="survey", type_="foreignkey"
    )
    op.execute("DELETE FROM survey.serial_range r USING survey.serial_withdrawal w WHERE w.range_id = r.id")
    op.drop_table("serial_withdrawal", schema="survey")
    op.drop_index("ix_serial_range_series", "serial_range", schema="survey")
    op.drop_constraint("pk_serial_range", "serial_range", schema="survey", type_="primary")
    op.drop_column("serial_range", "id", schema="survey")
    op.create_primary_key(
        "pk_serial_range",
        "serial_range",
        ["campaign_id", "stage", "prefix", "width", "first"],
        schema="survey",
    )
    op.drop_column("campaign", "serials_amended", schema="survey")


def _causes(listed: str) -> None:
    name = op.f("ck_ballot_revision_cause")
    op.drop_constraint(name, "ballot_revision", schema="survey", type_="check")
    op.create_check_constraint(name, "ballot_revision", f"cause IN ({listed})", schema="survey")
