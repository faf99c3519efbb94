"""A printed report as data and what can be found in it; places are the caller's own words for where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from parindex.kernel.text import listing

Grade = Literal["contradiction", "notice"]


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
    """Roman numerals of the sections of one part, in the order they stand («số mục»)."""

    place: str
    numerals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRatio:
    """A percent printed beside the two figures it comes from, each as its digits were printed.

    `counts` tells that both figures are counted things, exact as they stand.
    """

    place: str
    name: str
    part: str
    whole: str
    percent: str
    counts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReport:
    """A report of results («báo cáo kết quả») as data."""

    levels: tuple[PrintedLevel, ...]
    rating_rules: tuple[PrintedRatingRule, ...] = ()
    sections: tuple[SectionRun, ...] = ()
    ratios: tuple[PrintedRatio, ...] = ()
    unit_names: Mapping[str, str] = field(default_factory=dict)

    def names(self, units: Iterable[str]) -> str:
        """Units in a row of prose."""
        return listing([self.unit_names.get(unit, unit) for unit in units])


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something wrong in a report («sai lệch»). Only a contradiction stops a document."""

    kind: str
    grade: Grade
    message: str
    places: tuple[str, ...]


def repeated(items: Sequence[str]) -> list[str]:
    """Items that stand more than once, in the order of their second place."""
    seen: set[str] = set()
    found: list[str] = []
    for item in items:
        if item in seen and item not in found:
            found.append(item)
        seen.add(item)
    return found
