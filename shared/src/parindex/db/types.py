"""Column types and names that every table of the project shares."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TIMESTAMP, Dialect, MetaData, Numeric
from sqlalchemy.types import TypeDecorator

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_for(schema: str) -> MetaData:
    """The tables of one service; its schema and the names of its constraints are fixed here."""
    return MetaData(schema=schema, naming_convention=_NAMES)


class Instant(TypeDecorator[datetime]):
    """A point in time, stored with its zone, returned in UTC; a naive time is a mistake and refused."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored instant needs its zone")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC)


def points_column() -> Numeric[Decimal]:
    """Exact points: `numeric` without a bound on digits, so that nothing is rounded by storage."""
    return Numeric(asdecimal=True)
