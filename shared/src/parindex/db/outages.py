"""Which errors mean that the database is away for a moment, and which that it refused what we sent."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError, OSError, asyncpg.PostgresConnectionError)
_WAITED = {"55P03", "57014"}  # a lock or a statement took longer than we wait
_COLLISIONS = {"40001", "40P01"}  # serialization failure, deadlock


def is_outage(error: Exception) -> bool:
    """Nothing was stored and the same again may succeed: refused, lost or full connections."""
    if isinstance(error, OUTAGES):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = _sqlstate(error)
    lost = error.connection_invalidated or isinstance(error.orig, OSError)
    return lost or state[:2] in {"08", "53"} or state.startswith("57P") or state in _WAITED


def is_lock_timeout(error: Exception) -> bool:
    """Another transaction holds a row that this one needs, for longer than it waits."""
    return isinstance(error, DBAPIError) and _sqlstate(error) == "55P03"


def is_collision(error: Exception) -> bool:
    """Two transactions met; the same again at once succeeds."""
    return isinstance(error, DBAPIError) and _sqlstate(error) in _COLLISIONS


def is_duplicate(error: Exception) -> bool:
    """Another transaction has just made what this one wanted to make."""
    return isinstance(error, DBAPIError) and _sqlstate(error) == "23505"


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")
