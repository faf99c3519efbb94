"""A printed report as data and what can be found in it; places are the caller's own words for where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from parindex.kernel.text import listing
from scoring_api.results.domain.detector.statements import (
    Figure,
    PrintedList,
    PrintedRanking,
    PrintedSeries,
    PrintedTable,
    Relation,
)

Grade = Literal["contradiction", "notice"]
MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBand:
    """A band as printed («nhóm điểm»): from its lower bound to under the upper; None: not printed."""

    place: str
    name: str
    lower: Decimal | None
    upper: Decimal | None
    stated_count: int | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRatingRule:
    """A class of the head's rating as printed («mức xếp loại»), with the bounds the text names."""

    code: str
    place: str
    name: str
    total_from: Decimal | None
    total_below: Decimal | None
    area_from: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRatingGroup:
    """Heads listed in a class («nhóm xếp loại»), by the code of its rule and the codes of their units."""

    place: str
    rule: str
    stated_count: int | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLevel:
    """What a report says of one level («cấp»): its units, their bands, the ratings of their heads."""

    code: str
    name: str
    units: tuple[str, ...]
    stated_band_count: int | None
    bands: tuple[PrintedBand, ...]
    rating_groups: tuple[PrintedRatingGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRun:
    """Numbers of the sections of one part, in the order they stand, Roman or Arabic («số mục»)."""

    place: str
    numerals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReport:
    """A report of results («báo cáo kết quả») as data; relations name figures and lists by their keys.

    `unrounded`: the report says that it reckons with unrounded values, so that the last digit of a result
    may differ from what its printed parts give.
    """

    levels: tuple[PrintedLevel, ...] = ()
    rating_rules: tuple[PrintedRatingRule, ...] = ()
    sections: tuple[SectionRun, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    lists: Mapping[str, PrintedList] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    tables: tuple[PrintedTable, ...] = ()
    series: tuple[PrintedSeries, ...] = ()
    rankings: tuple[PrintedRanking, ...] = ()
    unit_names: Mapping[str, str] = field(default_factory=dict)
    unrounded: bool = False

    def names(self, units: Iterable[str]) -> str:
        """Units in a row of prose."""
        return shortened([self.unit_names.get(unit, unit) for unit in units])


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something wrong in a report («sai lệch»). Only a contradiction stops a document.

    A contradiction: no exact value within the rounding intervals of the printed figures fits, or sets and
    counts disagree. A notice: it fits only through rounding, is improbable, or a scale changes; so a band
    that is left open is a notice until a listed unit falls into it.
    """

    kind: str
    grade: Grade
    message: str
    places: tuple[str, ...]


def shortened(names: Sequence[str]) -> str:
    """Names in a row of prose, of very many the first ones.

    >>> shortened([f"đơn vị {number}" for number in range(30)]).rpartition(", ")[2]
    'đơn vị 19 và 10 khác'
    """
    rest = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], f"{rest} khác"] if rest > 0 else names)


def repeated(items: Sequence[str]) -> list[str]:
    """Items that stand more than once, in the order of their second place."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for item in items:
        if item in seen:
            found[item] = None
        seen.add(item)
    return list(found)
