"""Contact data of respondents, encrypted and apart from their ballots, and the timer that deletes them."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0008"
down_revision = "survey_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "respondent_contact",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("closed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["survey.campaign.id"], name="fk_respondent_contact_campaign_id"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "mark", name="pk_respondent_contact"),
        schema="survey",
    )
    op.create_table(
        "contact_timer",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["survey.campaign.id"], name="fk_contact_timer_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_contact_timer"),
        schema="survey",
    )
    op.execute(
        "INSERT INTO survey.contact_timer (campaign_id, handed_over_at)"
        " SELECT campaign_id, min(received_at) FROM survey.handover GROUP BY campaign_id"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.contact_timer FROM survey_app")


def downgrade() -> None:

    op.drop_table("contact_timer", schema="survey")
    op.drop_table("respondent_contact", schema="survey")
