"""Tables and series a report prints: heads and cells, the writing of codes, claims on every row, scales."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from scoring_api.results.domain.detector.report import (
    MOST_NAMED,
    Discrepancy,
    PrintedReport,
    shortened,
)
from scoring_api.results.domain.detector.statements import ColumnClaim, PrintedSeries, PrintedTable

_SEPARATOR = re.compile(r"(?<=\d)([.,;:])(?=\d)", re.ASCII)


def table_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    for table in report.tables:
        yield from _columns(table)
        yield from _codes(table)
        for claim in table.claims:
            yield from _claim(table, claim)
    for series in report.series:
        yield from _scale_change(series)


def _columns(table: PrintedTable) -> Iterator[Discrepancy]:
    """Seven labels over eight cells: «Nhiệm vụ» is missing and the years stand a column off (Nam Định)."""
    wrong = [row for row in table.rows if len(row.cells) != len(table.labels)]
    if wrong:
        said = f"{table.name}: đầu bảng có {len(table.labels)} cột, hàng có {len(wrong[0].cells)} ô"
        found = (table.place, *(row.place for row in wrong[:MOST_NAMED]))
        yield Discrepancy("columns_differ", "contradiction", said, tuple(dict.fromkeys(found)))


def _codes(table: PrintedTable) -> Iterator[Discrepancy]:
    """«2,2» among codes with dots: a spreadsheet's decimal mark, and no code of the criteria set."""
    if table.code_column is None:
        return
    codes = [(row, row.cells[table.code_column]) for row in table.rows if len(row.cells) > table.code_column]
    used = Counter(mark for _, code in codes for mark in _SEPARATOR.findall(code))
    if len(used) < 2:
        return
    proper = max(used, key=lambda mark: (used[mark], mark == "."))
    wrong = [(row, code) for row, code in codes if set(_SEPARATOR.findall(code)) - {proper}]
    said = f"{table.name}: mã {shortened([code for _, code in wrong])} không viết bằng dấu «{proper}»"
    found = tuple(dict.fromkeys(row.place for row, _ in wrong[:MOST_NAMED]))
    yield Discrepancy("codes_differ", "contradiction", said, found)


def _claim(table: PrintedTable, claim: ColumnClaim) -> Iterator[Discrepancy]:
    """«để đạt điểm tối đa»: 17 of 21 rows say «Tối đa» (Nam Định)."""
    short = [
        row
        for row in table.rows
        if len(row.cells) > claim.column and claim.word.casefold() not in row.cells[claim.column].casefold()
    ]
    if short:
        met = len(table.rows) - len(short)
        said = f"{table.name}: {met}/{len(table.rows)} hàng ghi «{claim.word}», lời văn nói mọi hàng"
        found = (claim.place, *(row.place for row in short[:MOST_NAMED]))
        yield Discrepancy("claim_not_met", "contradiction", said, tuple(dict.fromkeys(found)))


def _scale_change(series: PrintedSeries) -> Iterator[Discrepancy]:
    """83,08 % and 87,99 %, then 8,79 points of ten (SIPAS of Hà Nam)."""
    for before, after in pairwise(series.values):
        if before.scale != after.scale:
            said = f"{series.name}: {before.label} tính theo {before.scale}, {after.label} theo {after.scale}"
            yield Discrepancy("scale_changes", "notice", said, (before.place, after.place))
