"""Who ranks its units in a period, and the version of a period that an edit is made on."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0010"
down_revision = "scoring_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    owner = sa.Column("owner_unit", sa.String(length=80), server_default="", nullable=False)
    op.add_column("period", owner, schema="scoring")
    version = sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    op.add_column("period", version, schema="scoring")


def downgrade() -> None:
    op.drop_column("period", "version", schema="scoring")
    op.drop_column("period", "owner_unit", schema="scoring")
