"""Counts against lists and lists against the units: who is counted, named twice, left out or unknown."""

from collections.abc import Iterator, Mapping, Sequence

from parindex.kernel.points import vietnamese_count
from scoring_api.results.domain.detector.report import (
    Discrepancy,
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedReport,
)

Lists = Sequence[PrintedBand | PrintedRatingGroup]
Holders = Mapping[str, Sequence[str]]
"""Unit → places of the lists that name it."""


def count_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """«Có 09 đơn vị» above ten names; three bands announced, two printed."""
    for level in report.levels:
        yield from _counts(level, level.bands)
        yield from _counts(level, level.rating_groups)
        if level.stated_band_count not in {None, len(level.bands)}:
            said = f"ghi {level.stated_band_count} nhóm điểm nhưng nêu {len(level.bands)} nhóm"
            places = tuple(band.place for band in level.bands)
            yield Discrepancy("band_count_differs", "contradiction", f"{level.name}: {said}", places)


def _counts(level: PrintedLevel, lists: Lists) -> Iterator[Discrepancy]:
    for row in _named(lists):
        stated, named = row.stated_count, len(row.units)
        if stated is not None and stated != named:
            said = f"ghi {vietnamese_count(stated)} đơn vị nhưng nêu {vietnamese_count(named)} tên"
            yield Discrepancy("count_differs", "contradiction", f"{level.name}: {said}", (row.place,))


def _named(lists: Lists) -> Lists:
    """The lists, none of them where the report prints their numbers alone."""
    return lists if any(row.units for row in lists) else ()


def membership_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Each unit of a level stands in one band and its head in one class; where they are listed, no other."""
    for level in report.levels:
        for lists, what in ((level.bands, "nhóm điểm"), (level.rating_groups, "nhóm xếp loại")):
            holders: dict[str, list[str]] = {}
            for row in _named(lists):
                for unit in row.units:
                    holders.setdefault(unit, []).append(row.place)
            yield from _doubles(report, level, holders, what)
            if level.units and holders:
                yield from _strangers(report, level, holders, what)


def _doubles(
    report: PrintedReport, level: PrintedLevel, holders: Holders, what: str
) -> Iterator[Discrepancy]:
    for unit, places in holders.items():
        if len(places) > 1:
            said = f"{level.name}: {report.names([unit])} đứng ở nhiều {what}"
            yield Discrepancy("listed_twice", "contradiction", said, tuple(dict.fromkeys(places)))


def _strangers(
    report: PrintedReport, level: PrintedLevel, holders: Holders, what: str
) -> Iterator[Discrepancy]:
    every = tuple(dict.fromkeys(place for places in holders.values() for place in places))
    listed = sum(map(len, holders.values()))
    if listed != len(level.units):
        said = (
            f"{level.name}: các {what} nêu {vietnamese_count(listed)} tên "
            f"trong khi có {vietnamese_count(len(level.units))} đơn vị"
        )
        yield Discrepancy("names_differ_from_units", "contradiction", said, every)
    absent = [unit for unit in level.units if unit not in holders]
    if absent:
        said = f"{level.name}: {report.names(absent)} không có trong {what} nào"
        yield Discrepancy("unit_not_listed", "contradiction", said, every)
    strange = sorted(holders.keys() - set(level.units))
    if strange:
        said = f"{level.name}: {report.names(strange)} không thuộc các đơn vị được đánh giá"
        places = tuple(dict.fromkeys(place for unit in strange for place in holders[unit]))
        yield Discrepancy("unit_unknown", "contradiction", said, places)
