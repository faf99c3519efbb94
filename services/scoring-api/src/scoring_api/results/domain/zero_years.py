"""Criteria that gave nothing, year after year («tiêu chí nhiều năm liền không có điểm»)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from parindex.kernel.text import match_key

_ASKED = ("scored", "missing")


@dataclass(frozen=True, slots=True)
class Year:
    """A unit's sheet of one year («biểu điểm của đơn vị»), its nodes as an edition tells them."""

    year: int
    nodes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ZeroLeaf:
    """A criterion without a point in the latest year («tiêu chí không có điểm»), and since when."""

    key: str
    code: str
    name: str
    max_points: str
    since: int
    years: int


def zero_leaves(years: Sequence[Year]) -> list[ZeroLeaf]:
    """The latest year's criteria without a point, each with the years in a row, most years first.

    `years` come newest first. A criterion is the same in another year by its key and its name; one that did
    not apply, did not arise or was not asked for breaks the row, as a year without a result does. Sóc Trăng's
    report of 2017 says of such a criterion «không có điểm 02 năm liên tiếp (2016 - 2017)»:

    >>> node = {"key": "VII/7.1", "code": "7.1", "name": "Mạng xã", "source": "documents", "status": "scored"}
    >>> given = [Year(2017, [node | {"max_points": "1", "points": "0"}]),
    ...          Year(2016, [node | {"max_points": "1", "points": "0"}]),
    ...          Year(2015, [node | {"max_points": "1", "points": "0.5"}])]
    >>> [(leaf.code, leaf.since, leaf.years) for leaf in zero_leaves(given)]
    [('7.1', 2016, 2)]
    """
    if not years:
        return []
    latest = years[0]
    without = {year.year: _without_points(year) for year in years}
    found = []
    for node in latest.nodes:
        place = _place(node)
        if place not in without[latest.year]:
            continue
        since = latest.year
        while place in without.get(since - 1, frozenset()):
            since -= 1
        counted = latest.year - since + 1
        found.append(ZeroLeaf(node["key"], node["code"], node["name"], node["max_points"], since, counted))
    return sorted(found, key=lambda leaf: -leaf.years)


def _without_points(year: Year) -> frozenset[tuple[str, str]]:
    return frozenset(
        _place(node)
        for node in year.nodes
        if node["source"]
        and node["status"] in _ASKED
        and Decimal(node["max_points"]) > 0
        and Decimal(node["points"]) == 0
    )


def _place(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["key"], match_key(node["name"])
