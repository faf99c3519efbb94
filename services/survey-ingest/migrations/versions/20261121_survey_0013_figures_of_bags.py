"""How a bag was keyed is kept as it is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0013"
down_revision = "survey_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bag_figures",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "batch", name="pk_bag_figures"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.bag_figures FROM survey_app")


def downgrade() -> None:

    op.drop_table("bag_figures", schema="survey")
