"""The day a ballot of a file was collected, on its way into the books."""

import sqlalchemy as sa
from alembic import op

revision = "survey_0011"
down_revision = "survey_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_row", sa.Column("collected_at", sa.Date(), nullable=True), schema="survey")


def downgrade() -> None:
    op.drop_column("import_row", "collected_at", schema="survey")
