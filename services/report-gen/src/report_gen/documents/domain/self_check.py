"""The last look before a report leaves: what it prints must agree with itself and with the result."""

import re
from collections.abc import Iterator

from parindex.contracts.snapshots import ResultSnapshot, UnitResult
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.points import vietnamese_count
from report_gen.documents.domain.outline import expected_labels
from report_gen.documents.domain.texts import NONE
from report_gen.rendering.blocks import Document, Paragraph, Roster

_COUNT = re.compile(r": Có (\d[\d.]*) ")


def check_report(document: Document, result: ResultSnapshot) -> None:
    """Raises DomainError `document_contradicts` with every fault found.

    A printed count must be the number of names it counts, every name must be there, each unit must stand in
    one band and one rating class and in the one the result gives it, and headings must be numbered without a
    gap. The report of 2022 this follows jumped from chapter I to III and named one district in two bands.
    """
    faults = (*_numeral_faults(document), *_roster_faults(document, result), *_place_faults(document, result))
    if faults:
        raise DomainError(
            "document_contradicts", {"document": document.file_stem, "count": len(faults)}, faults
        )


def _numeral_faults(document: Document) -> Iterator[Fault]:
    headings = list(document.headings())
    for index, (heading, label) in enumerate(zip(headings, expected_labels(headings), strict=True)):
        if heading.number != label:
            yield Fault(
                f"/headings/{index}",
                "heading_number_gap",
                f"Đề mục «{heading.text}» mang số «{heading.number}», đúng thứ tự phải là «{label}».",
            )


def _rosters(document: Document) -> Iterator[tuple[int, Paragraph, Roster]]:
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph) and block.roster is not None:
            yield index, block, block.roster


def _roster_faults(document: Document, result: ResultSnapshot) -> Iterator[Fault]:
    units = {unit.code: unit for unit in result.units}
    for index, paragraph, roster in _rosters(document):
        printed = _COUNT.search(paragraph.text)
        count = printed.group(1) if printed else ("0" if NONE in paragraph.text else "")
        expected = vietnamese_count(len(roster.units)) if roster.units else "0"
        if count != expected:
            yield Fault(
                f"/blocks/{index}",
                "count_differs_from_names",
                f"In «{count}» nhưng danh sách có {expected}.",
            )
        for code in roster.units:
            if code not in units or not _named(units[code], paragraph.text):
                yield Fault(
                    f"/blocks/{index}", "unit_not_named", f"Đơn vị «{code}» được đếm nhưng không nêu tên."
                )


def _named(unit: UnitResult, text: str) -> bool:
    return any(name and name in text for name in (unit.name, unit.short_name, unit.head_title))


def _place_faults(document: Document, result: ResultSnapshot) -> Iterator[Fault]:
    """Every ranked unit once in the bands of its framework and, where heads are rated, in its classes."""
    rated = {framework.code for framework in result.frameworks if framework.ratings}
    places: dict[tuple[str, str, str], int] = {}
    for _, _, roster in _rosters(document):
        for code in roster.units:
            key = (roster.framework, roster.scale, code)
            places[key] = places.get(key, 0) + 1
    for unit in result.units:
        for scale in ("band", "rating"):
            found = places.pop((unit.framework, scale, unit.code), 0)
            expected = unit.rank is not None and (scale == "band" or unit.framework in rated)
            if found != expected:
                yield Fault(
                    f"/units/{unit.code}/{scale}",
                    "unit_not_in_one_place",
                    f"{unit.name} đứng ở {found} nhóm, mỗi đơn vị được xếp hạng phải đứng ở đúng 01 nhóm.",
                )
    for framework, scale, code in places:
        yield Fault(
            f"/units/{code}/{scale}",
            "unit_unknown",
            f"Đơn vị «{code}» không thuộc bộ tiêu chí «{framework}».",
        )
