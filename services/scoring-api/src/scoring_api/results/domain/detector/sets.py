"""Counts against lists and lists against the units: who is counted, named twice, left out or unknown."""

from collections.abc import Iterator, Sequence

from parindex.kernel.points import vietnamese_count
from scoring_api.results.domain.detector.report import (
    Discrepancy,
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedReport,
    repeated,
)

Lists = Sequence[PrintedBand] | Sequence[PrintedRatingGroup]


def count_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """«Có 09 đơn vị» above ten names; three bands announced, two printed."""
    for level in report.levels:
        rows: tuple[PrintedBand | PrintedRatingGroup, ...] = (*level.bands, *level.rating_groups)
        for row in rows:
            stated, named = row.stated_count, len(row.units)
            if stated is not None and stated != named:
                said = f"ghi {vietnamese_count(stated)} đơn vị nhưng nêu {vietnamese_count(named)} tên"
                yield Discrepancy("count_differs", "contradiction", f"{level.name}: {said}", (row.place,))
        if level.stated_band_count not in {None, len(level.bands)}:
            said = f"ghi {level.stated_band_count} nhóm điểm nhưng nêu {len(level.bands)} nhóm"
            places = tuple(band.place for band in level.bands)
            yield Discrepancy("band_count_differs", "contradiction", f"{level.name}: {said}", places)


def membership_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Each unit of a level stands in one band and its head in one class, no other unit does."""
    for level in report.levels:
        yield from _members(report, level, level.bands, "nhóm điểm")
        yield from _members(report, level, level.rating_groups, "nhóm xếp loại")


def _members(report: PrintedReport, level: PrintedLevel, lists: Lists, what: str) -> Iterator[Discrepancy]:
    if not lists:
        return
    listed = [unit for row in lists for unit in row.units]
    holders: dict[str, list[str]] = {}
    for row in lists:
        for unit in dict.fromkeys(row.units):
            holders.setdefault(unit, []).append(row.place)
    for unit in repeated(listed):
        places = tuple(holders[unit])
        said = f"{level.name}: {report.names([unit])} đứng ở nhiều {what}"
        yield Discrepancy("listed_twice", "contradiction", said, places)
    every = tuple(row.place for row in lists)
    if len(listed) != len(level.units):
        said = (
            f"{level.name}: các {what} nêu {vietnamese_count(len(listed))} tên "
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
