"""Reading JSON that people or other systems wrote: exact figures, no NaN, no key twice, faults placed."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from parindex.kernel.errors import DomainError, Fault

FAULT_LIMIT = 1000
LONGEST_KEY = 200
_UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)


class _Doubled(dict[str, Any]):
    """An object that names a key twice; it is told apart until its place is known."""


class _NoFigure:
    """NaN, an infinity or a figure too long to be read; told apart until its place is known."""


def read_document(content: bytes) -> Any:
    """The document, figures with a point as `Decimal`.

    Raises DomainError `malformed_request` when it is no JSON of Unicode text or nests too deep; with faults
    under JSON pointers where it holds NaN or a monstrous figure (`not_a_figure`), half a character
    (`not_a_text`), or an object that names a key twice (`duplicate_key`: one of two values would be lost).

    >>> read_document(b'{"max_points": 14.5}')
    {'max_points': Decimal('14.5')}
    """
    try:
        document = json.loads(
            content, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_read_object
        )
        json.dumps(document, ensure_ascii=False, default=str).encode()  # half a surrogate pair is no text
    except _UNREADABLE as error:
        raise DomainError("malformed_request") from error
    except (ValueError, ArithmeticError) as error:
        faults = _placed(content)
        raise DomainError("malformed_request", {"count": len(faults)}, faults) from error
    return document


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("key twice")
    return found


def _placed(content: bytes) -> tuple[Fault, ...]:
    """The same document read once more, slowly, for the places of what cannot stand."""
    try:
        document = json.loads(
            content,
            parse_float=_figure,
            parse_int=_figure,
            parse_constant=lambda _: _NoFigure(),
            object_pairs_hook=lambda pairs: (
                dict(pairs) if len(dict(pairs)) == len(pairs) else _Doubled(pairs)
            ),
        )
        return tuple(islice(_faults(document, ""), FAULT_LIMIT))
    except _UNREADABLE as error:
        raise DomainError("malformed_request") from error


def _figure(text: str) -> Any:
    try:
        return Decimal(text)
    except ArithmeticError:
        return _NoFigure()


def _faults(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, _Doubled):
        yield Fault(pointer, "duplicate_key", "một thuộc tính ghi hai lần")
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _faults(key, pointer)
            yield from _faults(item, f"{pointer}/{_part(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, f"{pointer}/{index}")
    elif isinstance(value, _NoFigure) or (isinstance(value, Decimal) and len(str(value)) > LONGEST_KEY):
        yield Fault(pointer, "not_a_figure", "không phải số hữu hạn, hoặc quá nhiều chữ số")
    elif isinstance(value, str) and _broken(value):
        yield Fault(pointer, "not_a_text", "có ký tự Unicode bị cắt đôi")


def _broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _part(key: str) -> str:
    """A key as a part of a pointer, cut to a sane length and without halves of characters."""
    cut = key[:LONGEST_KEY].encode("utf-8", "replace").decode()
    return cut.replace("~", "~0").replace("/", "~1")
