"""What a ballot said before each change is kept; a campaign declares two numbers that protect respondents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0003"
down_revision = "survey_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballot_revision",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("respondent_group", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("answers", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("revised_by", sa.String(length=200), nullable=False),
        sa.Column("revised_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("cause IN ('double_entry', 'correction')", name=op.f("ck_ballot_revision_cause")),
        sa.PrimaryKeyConstraint("campaign_id", "ballot_id", "revision", name="pk_ballot_revision"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.ballot_revision FROM survey_app")
    op.add_column(
        "campaign",
        sa.Column("publication_minimum", sa.Integer(), server_default="5", nullable=False),
        schema="survey",
    )
    op.add_column("campaign", sa.Column("retention_days", sa.Integer(), nullable=True), schema="survey")
    op.create_check_constraint(
        op.f("ck_campaign_publication_minimum"), "campaign", "publication_minimum >= 0", schema="survey"
    )
    op.create_check_constraint(
        op.f("ck_campaign_retention_days"), "campaign", "retention_days >= 0", schema="survey"
    )


def downgrade() -> None:

    op.drop_column("campaign", "retention_days", schema="survey")
    op.drop_column("campaign", "publication_minimum", schema="survey")
    op.drop_table("ballot_revision", schema="survey")
