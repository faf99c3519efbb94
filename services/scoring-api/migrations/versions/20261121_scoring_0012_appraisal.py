"""Who appraises what and who shall not, and leaves returned to their unit; nothing of it is rewritten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0012"
down_revision = "scoring_0011"
branch_labels = None
depends_on = None

TABLES = ("assignment", "assignment_end", "conflict", "conflict_end", "supplement", "supplement_end")


def upgrade() -> None:
    _create_assignments()
    _create_conflicts()
    _create_supplements()
    for table in TABLES:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON scoring.{table} FROM scoring_app")


def _create_assignments() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("appraiser", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_assignment_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        schema="scoring",
    )
    op.create_index("ix_assignment_period_id", "assignment", ["period_id"], schema="scoring")
    _create_end("assignment")


def _create_conflicts() -> None:
    op.create_table(
        "conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("appraiser", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_conflict_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict"),
        schema="scoring",
    )
    op.create_index("ix_conflict_period_id", "conflict", ["period_id"], schema="scoring")
    _create_end("conflict")


def _create_end(ended: str) -> None:
    op.create_table(
        f"{ended}_end",
        sa.Column(f"{ended}_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint([f"{ended}_id"], [f"scoring.{ended}.id"], name=f"fk_{ended}_end_{ended}_id"),
        sa.PrimaryKeyConstraint(f"{ended}_id", name=f"pk_{ended}_end"),
        schema="scoring",
    )


def _create_supplements() -> None:
    op.create_table(
        "supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leaves", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("opens_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["scoring.period.id"], name="fk_supplement_period_id"),
        sa.PrimaryKeyConstraint("id", name="pk_supplement"),
        sa.UniqueConstraint("period_id", "unit", "number", name="uq_supplement_period_id_unit_number"),
        schema="scoring",
    )
    op.create_table(
        "supplement_end",
        sa.Column("supplement_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplement_id"], ["scoring.supplement.id"], name="fk_supplement_end_supplement_id"
        ),
        sa.PrimaryKeyConstraint("supplement_id", name="pk_supplement_end"),
        schema="scoring",
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema="scoring")
