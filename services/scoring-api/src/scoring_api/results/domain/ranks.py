"""Ranks within their lists: competition ranking by exact percent, ties parted only by what is declared."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.results.domain.inputs import PreviousYear
from scoring_api.results.domain.outcome import Standing, UnitScore

_LAST = Decimal(-1)


class RankRow(NamedTuple):
    """What a rank needs of a unit; small, so that ten thousand units can be ranked after they are scored."""

    code: str
    rank_group: str
    percent: Decimal | None
    tie_values: tuple[Decimal | None, ...]


def rank_row(score: UnitScore) -> RankRow:
    return RankRow(score.unit.code, score.unit.rank_group, score.percent, score.tie_values)


def ranks(rows: Iterable[RankRow]) -> dict[str, int | None]:
    """Unit code → rank («xếp hạng») in its list; equal units share it and the next is skipped.

    A unit of which nothing applied has no rank.

    >>> percents = {"a": "90", "b": "85", "c": "85", "d": "70"}
    >>> ranks(RankRow(code, "so", Decimal(percent), ()) for code, percent in percents.items())
    {'a': 1, 'b': 2, 'c': 2, 'd': 4}
    """
    found: dict[str, int | None] = {}
    lists: dict[str, list[tuple[tuple[Decimal, ...], str]]] = {}
    for row in rows:
        found[row.code] = None
        if row.percent is not None:
            ties = (_LAST if value is None else value for value in row.tie_values)
            lists.setdefault(row.rank_group, []).append(((row.percent, *ties), row.code))
    for members in lists.values():
        members.sort(key=lambda member: member[0], reverse=True)
        rank, before = 0, None
        for place, (merit, code) in enumerate(members, 1):
            if merit != before:
                rank, before = place, merit
            found[code] = rank
    return found


def standing(rank: int | None, percent: Decimal | None, previous: PreviousYear | None) -> Standing:
    """Rank and percent beside last year's, with how far they can be compared.

    Sóc Trăng 2017 stands at 74,51 %, rank 46; from 69,95 % it rose by 4,56 points of percent.

    >>> last = PreviousYear(rank=49, percent=Decimal("69.95"))
    >>> found = standing(46, Decimal("74.51"), last)
    >>> found.change, found.percent_change
    (3, Decimal('4.56'))
    """
    before = previous if previous is not None else PreviousYear(comparability="not")
    moved = before.rank - rank if before.rank is not None and rank is not None else None
    grown = None
    if percent is not None and before.percent is not None:
        grown = NUMBERS.subtract(percent, before.percent)
    return Standing(rank, before.rank, moved, before.percent, grown, before.comparability)
