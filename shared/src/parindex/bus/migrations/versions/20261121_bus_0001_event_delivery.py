"""Events, deliveries, the wake-up trigger, and row-level security: a role touches only its own deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "bus_0001"
down_revision = None
branch_labels = None
depends_on = None

_ROLE_IS = "= replace(CURRENT_USER::text, '_app', '')"


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("producer", sa.String(20), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("trace_id", sa.String(32), nullable=False),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        schema="bus",
    )
    op.create_table(
        "delivery",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subscriber", sa.String(20), nullable=False),
        sa.Column("dispatched_at", sa.TIMESTAMP(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.TIMESTAMP(timezone=True)),
        sa.Column("dead_at", sa.TIMESTAMP(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["event_id"], ["bus.event.id"], name="fk_delivery_event_id"),
        sa.PrimaryKeyConstraint("event_id", "subscriber", name="pk_delivery"),
        schema="bus",
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["subscriber", "event_id"],
        schema="bus",
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.execute(
        """
        CREATE FUNCTION bus.wake_subscribers() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('bus_' || subscriber, '') FROM (SELECT DISTINCT subscriber FROM inserted) s;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER wake AFTER INSERT ON bus.delivery REFERENCING NEW TABLE AS inserted"
        " FOR EACH STATEMENT EXECUTE FUNCTION bus.wake_subscribers()"
    )
    op.execute("ALTER TABLE bus.delivery ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_read ON bus.delivery FOR SELECT USING (subscriber {_ROLE_IS})")
    op.execute(f"CREATE POLICY own_update ON bus.delivery FOR UPDATE USING (subscriber {_ROLE_IS})")
    op.execute(
        "CREATE POLICY own_event_insert ON bus.delivery FOR INSERT WITH CHECK ("
        f"EXISTS (SELECT FROM bus.event e WHERE e.id = event_id AND e.producer {_ROLE_IS}))"
    )
    op.execute("ALTER TABLE bus.event ENABLE ROW LEVEL SECURITY")
    # The body of a function is not looked into by the policies of the tables it reads: without this one
    # the two policies would call each other for ever.
    op.execute(
        """
        CREATE FUNCTION bus.is_addressed(event uuid, role text) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = bus AS $$
            SELECT EXISTS (SELECT FROM bus.delivery d WHERE d.event_id = event
                           AND d.subscriber = replace(role, '_app', ''))
        $$
        """
    )
    op.execute(f"CREATE POLICY own_read ON bus.event FOR SELECT USING (producer {_ROLE_IS})")
    op.execute(
        "CREATE POLICY addressed_read ON bus.event FOR SELECT"
        " USING (bus.is_addressed(id, CURRENT_USER::text))"
    )
    # Who may say what: a fact belongs to the service that owns it, a job to itself.
    op.execute(
        f"""
        CREATE POLICY own_insert ON bus.event FOR INSERT WITH CHECK (
            producer {_ROLE_IS} AND producer = CASE split_part(topic, '.', 1)
                WHEN 'tally' THEN 'survey' WHEN 'campaign' THEN 'survey'
                WHEN 'period' THEN 'scoring' WHEN 'document' THEN 'report'
                ELSE split_part(topic, '.', 1) END)
        """
    )


def downgrade() -> None:
    op.drop_table("delivery", schema="bus")
    op.drop_table("event", schema="bus")
    op.execute("DROP FUNCTION bus.is_addressed(uuid, text)")
    op.execute("DROP FUNCTION bus.wake_subscribers()")
