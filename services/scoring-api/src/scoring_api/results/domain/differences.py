"""Two trees of plain figures held against each other; what differs is named by unit, leaf and figure."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from parindex.kernel.canonical import canonical_bytes

Path = tuple[str, ...]
_ABSENT = object()


class Difference(NamedTuple):
    """A figure that differs («số liệu khác nhau»): as stated, and as it was recomputed."""

    unit: str
    leaf: str
    figure: str
    stated: str
    found: str


def differences(stated: object, found: object) -> Iterator[Difference]:
    """What differs between two records, in the order of the units.

    >>> one = {"sets": [{"units": {"so-y-te": {"leaves": {"I/1": {"points": "1"}}}}}]}
    >>> two = {"sets": [{"units": {"so-y-te": {"leaves": {"I/1": {"points": "2"}}}}}]}
    >>> list(differences(one, two))
    [Difference(unit='so-y-te', leaf='I/1', figure='points', stated='1', found='2')]
    """
    if canonical_bytes(stated) == canonical_bytes(found):
        return
    left, right = dict(_flat(stated)), dict(_flat(found))
    for path in sorted(left.keys() | right.keys()):
        one, other = left.get(path, _ABSENT), right.get(path, _ABSENT)
        if one is not other and (type(one), one) != (type(other), other):
            unit, leaf, figure = _named(path)
            yield Difference(unit, leaf, figure, _shown(one), _shown(other))


def _flat(value: object) -> Iterator[tuple[Path, object]]:
    """Every scalar under its path, and every empty container; without recursion, whatever the depth."""
    waiting: list[tuple[Path, object]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, Mapping) and item:
            waiting += [((*path, str(key)), part) for key, part in item.items()]
        elif isinstance(item, (list, tuple)) and item:
            waiting += [((*path, str(index)), part) for index, part in enumerate(item)]
        else:
            yield path, [] if item == () else item


def _named(path: Path) -> tuple[str, str, str]:
    """Unit, leaf or area, and figure of a path into a record; the rest of the path is the figure."""
    if len(path) > 3 and path[0] == "sets" and path[2] == "units":
        unit, rest = path[3], path[4:]
        if len(rest) > 1 and rest[0] in {"leaves", "areas", "reviews"}:
            return unit, rest[1], "/".join(rest[2:]) or rest[0]
        return unit, "", "/".join(rest)
    return "", "", "/".join(path)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "không có"
    return "null" if value is None else str(value)[:100]
