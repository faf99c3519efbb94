"""Reading JSON that people or other systems wrote: exact figures, no NaN, no key twice, faults placed."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from parindex.kernel.errors import DomainError, Fault


class _Doubled(dict[str, Any]):
    """An object that names a key twice; it is told apart until its place is known."""


def read_document(content: bytes) -> Any:
    """The document, figures with a point as `Decimal`.

    Raises DomainError `malformed_request` when it is no JSON of Unicode text, nests too deep or holds NaN;
    with faults `duplicate_key` under JSON pointers where an object names a key twice, since of two values
    one would be lost in silence.

    >>> read_document(b'{"max_points": 14.5}')
    {'max_points': Decimal('14.5')}
    """
    doubled: list[_Doubled] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        doubled.append(_Doubled(found))
        return doubled[-1]

    try:
        document = json.loads(
            content, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=read_object
        )
        json.dumps(document, ensure_ascii=False, default=str).encode()  # half a surrogate pair is no text
        places = list(_places(document, "")) if doubled else []
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DomainError("malformed_request") from error
    if places:
        faults = tuple(Fault(where, "duplicate_key", "một thuộc tính ghi hai lần") for where in places)
        raise DomainError("malformed_request", {"count": len(faults)}, faults)
    return document


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _places(value: Any, pointer: str) -> Iterator[str]:
    """Pointers of the objects that name a key twice."""
    if isinstance(value, _Doubled):
        yield pointer
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, f"{pointer}/{index}")
