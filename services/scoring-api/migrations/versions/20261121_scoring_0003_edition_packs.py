"""Result packs of editions, which cannot be changed by the service, and the key an edition is signed with."""

import sqlalchemy as sa
from alembic import op

revision = "scoring_0003"
down_revision = "scoring_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition_pack",
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.PrimaryKeyConstraint("period", "number", "level", name="pk_edition_pack"),
        schema="scoring",
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON scoring.edition_pack FROM scoring_app")
    op.add_column(
        "edition",
        sa.Column("key_id", sa.String(length=80), server_default="", nullable=False),
        schema="scoring",
    )


def downgrade() -> None:
    op.drop_column("edition", "key_id", schema="scoring")
    op.drop_table("edition_pack", schema="scoring")
