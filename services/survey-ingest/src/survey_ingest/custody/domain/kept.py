"""The digest of a row that is kept for good: what ledger and log vouch for."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from parindex.kernel.canonical import digest
from parindex.kernel.clocks import instant_text


def kept_digest(*rows: Any) -> str:
    """One digest of the facts of some dataclasses («mã băm của bản ghi») whose field names do not meet.

    >>> from dataclasses import make_dataclass
    >>> Row = make_dataclass("Row", ["what"])
    >>> kept_digest(Row("a")) == digest({"what": "a"})
    True
    """
    return digest({name: _plain(value) for row in rows for name, value in asdict(row).items()})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value) if isinstance(value, UUID) else value
