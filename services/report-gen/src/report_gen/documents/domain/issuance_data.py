"""How a document is issued, as data an official may change: checked, then made an Issuance."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from parindex.kernel.errors import DomainError, Fault
from report_gen.documents.domain.issuance import Issuance

_TEXTS = frozenset(field.name for field in fields(Issuance)) - {"day", "recipients"}


def issuance_of(data: Mapping[str, Any]) -> Issuance:
    """The Issuance of stored or sent data. Raises DomainError `issuance_invalid` with every fault.

    >>> issuance_of({"place": "Hải Dương", "day": "2023-03-01"}).day
    datetime.date(2023, 3, 1)
    >>> issuance_of({"plcae": ""})
    Traceback (most recent call last):
    ...
    parindex.kernel.errors.DomainError: issuance_invalid {} /plcae: trường không được biết đến
    """
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name in _TEXTS and isinstance(value, str):
            values[name] = value
        elif name == "day" and isinstance(value, str):
            values[name] = _day(value, faults)
        elif (
            name == "recipients"
            and isinstance(value, (list, tuple))
            and all(isinstance(r, str) for r in value)
        ):
            values[name] = tuple(value)
        elif name in _TEXTS | {"day", "recipients"}:
            faults.append(Fault(f"/{name}", "wrong_type", "sai kiểu dữ liệu"))
        else:
            faults.append(Fault(f"/{name}", "extra_forbidden", "trường không được biết đến"))
    if faults:
        raise DomainError("issuance_invalid", {}, tuple(faults))
    return Issuance(**values)


def _day(text: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(Fault("/day", "date_invalid", "ngày phải có dạng YYYY-MM-DD"))
        return None
