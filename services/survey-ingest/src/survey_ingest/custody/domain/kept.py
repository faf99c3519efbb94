"""The digest of a row that is kept for good: what ledger and log vouch for."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parindex.kernel.canonical import digest
from parindex.kernel.clocks import instant_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def kept_digest(*rows: "DataclassInstance") -> str:
    """One digest of the facts of one or more rows («mã băm của bản ghi»); their names do not meet.

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
