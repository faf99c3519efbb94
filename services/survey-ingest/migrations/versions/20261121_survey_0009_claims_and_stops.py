"""Who held a claim of a batch before, and samples of double entry that were so bad that they were stopped."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0009"
down_revision = "survey_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.TIMESTAMP(timezone=True)
    op.add_column(
        "batch_claim",
        sa.Column(
            "former_clerks", postgresql.ARRAY(sa.String(length=200)), server_default="{}", nullable=False
        ),
        schema="survey",
    )
    op.create_table(
        "sample_stop",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("stopped_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "batch", name="pk_sample_stop"),
        schema="survey",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON survey.sample_stop FROM survey_app")


def downgrade() -> None:

    op.drop_table("sample_stop", schema="survey")
    op.drop_column("batch_claim", "former_clerks", schema="survey")
