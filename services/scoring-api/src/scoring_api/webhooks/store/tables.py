"""Tables of webhooks: endpoints, deliveries with the bytes that are sent, and every try with its reply."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from parindex.db import Instant
from scoring_api.schema import metadata

endpoint = Table(
    "webhook_endpoint",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("topics", ARRAY(String(80)), nullable=False),
    Column("state", String(10), nullable=False),
    Column("disabled_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("secret_version", Integer, nullable=False),
    Column("former_until", Instant),
    Column("told_serial", BigInteger, nullable=False),
    Column("failing_since", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
)
delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("endpoint_id", Uuid, ForeignKey(endpoint.c.id), nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("topic", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index("uq_webhook_delivery_message", "endpoint_id", "message_id", unique=True),
    Index("ix_webhook_delivery_waiting", "endpoint_id", "due_at", postgresql_where=text("state = 'pending'")),
    Index("ix_webhook_delivery_endpoint_id", "endpoint_id", "id"),
    Index("ix_webhook_delivery_settled_at", "settled_at"),
)
attempt = Table(
    "webhook_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("delivery_id", Uuid, ForeignKey(delivery.c.id, ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("error", Text, nullable=False),
    Index("ix_webhook_attempt_delivery_id", "delivery_id"),
)
