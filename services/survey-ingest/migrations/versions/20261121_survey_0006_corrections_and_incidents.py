"""Seals, cells and hand-overs have revisions; corrections, incidents and receipts are kept beside them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "survey_0006"
down_revision = "survey_0005"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "bag_seal",
    "batch_recount",
    "correction",
    "correction_decision",
    "handover_receipt",
    "incident",
    "incident_finding",
)


def upgrade() -> None:
    op.drop_constraint("uq_seal_campaign_id_batch", "seal", schema="survey", type_="unique")
    op.create_index("ix_seal_batch", "seal", ["campaign_id", "batch"], unique=False, schema="survey")
    op.add_column(
        "tally_cell", sa.Column("revision", sa.Integer(), server_default="1", nullable=False), schema="survey"
    )
    op.add_column("tally_cell", sa.Column("answered", sa.Integer(), nullable=True), schema="survey")
    op.drop_constraint("pk_tally_cell", "tally_cell", schema="survey", type_="primary")
    op.create_primary_key(
        "pk_tally_cell",
        "tally_cell",
        ["campaign_id", "batch", "questionnaire", "respondent_group", "unit", "question", "revision"],
        schema="survey",
    )
    for table in ("handover", "handover_delivery"):
        op.add_column(
            table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False), schema="survey"
        )
        op.drop_constraint(f"pk_{table}", table, schema="survey", type_="primary")
        op.create_primary_key(f"pk_{table}", table, ["campaign_id", "revision"], schema="survey")
    op.add_column(
        "handover_delivery",
        sa.Column(
            "entries", postgresql.ARRAY(sa.String(length=71)), server_default=sa.text("'{}'"), nullable=False
        ),
        schema="survey",
    )
    _create_tables()
    _tell_of_the_past()
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON survey.{table} FROM survey_app")


def _create_tables() -> None:
    of_batch = (
        ["campaign_id", "batch"],
        ["survey.batch.campaign_id", "survey.batch.code"],
    )
    op.create_table(
        "batch_recount",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(*of_batch, name="fk_batch_recount_campaign_id_batch"),
        sa.PrimaryKeyConstraint("campaign_id", "batch", "revision", name="pk_batch_recount"),
        schema="survey",
    )
    op.create_table(
        "bag_seal",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=500), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(*of_batch, name="fk_bag_seal_campaign_id_batch"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_bag_seal"),
        schema="survey",
    )
    op.create_table(
        "correction",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_act", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_role", sa.String(length=40), nullable=False),
        sa.Column("requested_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*of_batch, name="fk_correction_campaign_id_batch"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_correction"),
        schema="survey",
    )
    op.create_table(
        "correction_decision",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_role", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "id"],
            ["survey.correction.campaign_id", "survey.correction.id"],
            name="fk_correction_decision_campaign_id_id",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_correction_decision"),
        schema="survey",
    )
    op.create_table(
        "incident",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=False),
        sa.Column("bag_seal", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("observed_by", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("reported_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*of_batch, name="fk_incident_campaign_id_batch"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_incident"),
        schema="survey",
    )
    op.create_table(
        "incident_finding",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.String(length=200), nullable=False),
        sa.Column("resolved_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "number"],
            ["survey.incident.campaign_id", "survey.incident.number"],
            name="fk_incident_finding_campaign_id_number",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_incident_finding"),
        schema="survey",
    )
    op.create_table(
        "handover_receipt",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("seals_intact", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("accepted_because", sa.Text(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "revision"],
            ["survey.handover_delivery.campaign_id", "survey.handover_delivery.revision"],
            name="fk_handover_receipt_campaign_id_revision",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "revision", name="pk_handover_receipt"),
        schema="survey",
    )


def _tell_of_the_past() -> None:
    """Bags sealed and handed over before this step have their numbers, entries and receipts too."""
    op.execute(
        "INSERT INTO survey.bag_seal (campaign_id, number, batch, sequence)"
        " SELECT campaign_id, facts::jsonb ->> 'bag_seal', batch, sequence FROM survey.seal"
        " ORDER BY campaign_id, sequence ON CONFLICT DO NOTHING"
    )
    op.execute(
        "UPDATE survey.handover_delivery d SET entries = s.entries FROM (SELECT campaign_id,"
        " array_agg(entry ORDER BY sequence) AS entries FROM survey.seal GROUP BY campaign_id) s"
        " WHERE s.campaign_id = d.campaign_id"
    )
    op.execute(
        "INSERT INTO survey.handover_receipt (campaign_id, revision, accepted, seals_intact, note,"
        " accepted_because, received_at, received_by)"
        " SELECT campaign_id, 1, true,"
        " (convert_from(content, 'UTF8')::jsonb ->> 'seals_intact')::boolean,"
        " convert_from(content, 'UTF8')::jsonb ->> 'note', '', received_at, received_by FROM survey.handover"
    )


def downgrade() -> None:

    for table in (
        "handover_receipt",
        "incident_finding",
        "incident",
        "correction_decision",
        "correction",
        "bag_seal",
        "batch_recount",
    ):
        op.drop_table(table, schema="survey")
    op.drop_column("handover_delivery", "entries", schema="survey")
    op.execute("DELETE FROM survey.handover_delivery WHERE revision > 1")
    op.execute("DELETE FROM survey.handover WHERE revision > 1")
    for table in ("handover_delivery", "handover"):
        op.drop_constraint(f"pk_{table}", table, schema="survey", type_="primary")
        op.drop_column(table, "revision", schema="survey")
        op.create_primary_key(f"pk_{table}", table, ["campaign_id"], schema="survey")
    op.execute("DELETE FROM survey.tally_cell WHERE revision > 1")
    op.drop_constraint("pk_tally_cell", "tally_cell", schema="survey", type_="primary")
    op.drop_column("tally_cell", "revision", schema="survey")
    op.drop_column("tally_cell", "answered", schema="survey")
    op.create_primary_key(
        "pk_tally_cell",
        "tally_cell",
        ["campaign_id", "batch", "questionnaire", "respondent_group", "unit", "question"],
        schema="survey",
    )
    op.drop_index("ix_seal_batch", table_name="seal", schema="survey")
    op.execute(
        "DELETE FROM survey.seal s USING survey.seal t"
        " WHERE s.campaign_id = t.campaign_id AND s.batch = t.batch AND s.sequence > t.sequence"
    )
    op.create_unique_constraint(
        "uq_seal_campaign_id_batch", "seal", ["campaign_id", "batch"], schema="survey"
    )
