"""How alike the secretariat judges («tính thống nhất của thẩm định»): same values, each appraiser's lean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.points import compared, share, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One appraised claim («một lần thẩm định») of a leaf.

    `claim` and `given` say what was claimed and what was made of it, as keys that are equal for equal
    content; the points are None where the content gives none.
    """

    framework: str
    unit: str
    leaf: str
    appraiser: str
    claim: str
    given: str
    claimed: Decimal | None
    appraised: Decimal | None

    @property
    def confirmed(self) -> bool:
        return self.claim == self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Units that claimed the same of a leaf and were not given the same («khai như nhau, chấm khác nhau»)."""

    framework: str
    leaf: str
    rows: tuple[Judged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far an appraiser departs from the claims («độ lệch so với tự chấm»).

    `mean` is the mean of appraised − claimed points, over the leaves that have both; `confirmed_share` the
    percent of appraisals that left the claim as it was.
    """

    appraiser: str
    appraised: int
    confirmed: int
    lowered: int
    raised: int
    confirmed_share: Decimal
    mean: Decimal | None


def differences(rows: Iterable[Judged]) -> tuple[Difference, ...]:
    """Every leaf and claim that was judged in more than one way, in the order of the rows.

    Hải Dương 2022 asks for fairness between the departments and between the districts:

    >>> def judged(unit, given, points):
    ...     return Judged(framework="a", unit=unit, leaf="I/1/1.1", appraiser="x", claim="đủ", given=given,
    ...                   claimed=Decimal(1), appraised=Decimal(points))
    >>> (found,) = differences([judged("so-y-te", "đủ", 1), judged("so-noi-vu", "chậm", "0.5")])
    >>> [row.unit for row in found.rows]
    ['so-y-te', 'so-noi-vu']
    >>> differences([judged("so-y-te", "đủ", 1), judged("so-noi-vu", "đủ", 1)])
    ()
    """
    alike: dict[tuple[str, str, str], list[Judged]] = {}
    for row in rows:
        alike.setdefault((row.framework, row.leaf, row.claim), []).append(row)
    return tuple(
        Difference(framework=framework, leaf=leaf, rows=tuple(found))
        for (framework, leaf, _), found in alike.items()
        if len({(row.given, row.appraised) for row in found}) > 1
    )


def deviations(rows: Iterable[Judged]) -> tuple[Deviation, ...]:
    """One row an appraiser, in the order of their names; exact until the mean's twentieth decimal.

    Two leaves of one point confirmed, a third lowered by half a point:

    >>> def judged(given, points):
    ...     return Judged(framework="a", unit="u", leaf="I/1/1.1", appraiser="x", claim="đủ", given=given,
    ...                   claimed=Decimal(1), appraised=Decimal(points))
    >>> (found,) = deviations([judged("đủ", 1), judged("đủ", 1), judged("chậm", "0.5")])
    >>> found.appraised, found.confirmed, found.lowered, found.raised
    (3, 2, 1, 0)
    >>> found.confirmed_share, found.mean
    (Decimal('66.66666666666666666667'), Decimal('-0.16666666666666666667'))
    """
    by_appraiser: dict[str, list[Judged]] = {}
    for row in rows:
        by_appraiser.setdefault(row.appraiser, []).append(row)
    return tuple(_deviation(appraiser, by_appraiser[appraiser]) for appraiser in sorted(by_appraiser))


def _deviation(appraiser: str, rows: Sequence[Judged]) -> Deviation:
    gaps = [
        total([row.appraised, -row.claimed])
        for row in rows
        if row.appraised is not None and row.claimed is not None
    ]
    confirmed = sum(row.confirmed for row in rows)
    return Deviation(
        appraiser=appraiser,
        appraised=len(rows),
        confirmed=confirmed,
        lowered=sum(gap < 0 for gap in gaps),
        raised=sum(gap > 0 for gap in gaps),
        confirmed_share=compared(share(Decimal(confirmed), Decimal(len(rows)))),
        mean=compared(share(total(gaps), Decimal(len(gaps)), Decimal(1))) if gaps else None,
    )
