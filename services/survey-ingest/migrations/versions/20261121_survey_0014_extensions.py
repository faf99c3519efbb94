"""A survey may be extended, each time with its reason."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0014"
down_revision = "survey_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_extension",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["survey.campaign.id"], name="fk_campaign_extension_campaign_id"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "closes_at", name="pk_campaign_extension"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.campaign_extension FROM survey_app")


def downgrade() -> None:
    op.drop_table("campaign_extension", schema="survey")
