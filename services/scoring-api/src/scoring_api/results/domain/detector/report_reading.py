"""Reading a printed report from JSON: what comes in is either a report or all its faults with pointers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.results.domain.detector.relation_reading import Named, read_relations
from scoring_api.results.domain.detector.report import (
    PrintedBand,
    PrintedLevel,
    PrintedRatingGroup,
    PrintedRatingRule,
    PrintedReport,
    SectionRun,
)
from scoring_api.results.domain.detector.statement_reading import (
    MOST_GROUPS,
    MOST_ROWS,
    NAME_LIMIT,
    keyed,
    optional_whole,
    printed_figure,
    read_figure,
    read_list,
    read_ranking,
    read_series,
    read_table,
    words,
)

MOST_LEVELS, MOST_RULES = 50, 50
_NUMERAL = re.compile(r"[IVXL]+|\d+", re.ASCII)
KNOWN = (
    "levels",
    "rating_rules",
    "sections",
    "figures",
    "lists",
    "relations",
    "tables",
    "series",
    "rankings",
    "unit_names",
    "unrounded",
)


def read_report(data: Mapping[str, Any]) -> PrintedReport:
    """The report («báo cáo in dưới dạng dữ liệu»), names in NFC, figures with their printed digits.

    Raises DomainError `printed_report_invalid` with every fault.

    >>> figure = {"place": "dòng 24", "name": "Điểm chuẩn lĩnh vực 1", "value": "10.00"}
    >>> read_report({"figures": {"d1": figure}}).figures["d1"].value
    Decimal('10.00')
    """
    cursor = Cursor(data, "", Findings())
    cursor.known(KNOWN)
    figures = keyed(cursor, "figures", read_figure)
    lists = keyed(cursor, "lists", read_list)
    report = PrintedReport(
        levels=tuple(_level(row) for row in cursor.rows("levels", most=MOST_LEVELS)),
        rating_rules=tuple(_rule(row) for row in cursor.rows("rating_rules", most=MOST_RULES)),
        sections=tuple(_sections(row) for row in cursor.rows("sections", most=MOST_GROUPS)),
        figures=figures,
        lists=lists,
        relations=read_relations(cursor, Named(figures, lists)),
        tables=tuple(read_table(row) for row in cursor.rows("tables", most=MOST_GROUPS)),
        series=tuple(read_series(row) for row in cursor.rows("series", most=MOST_GROUPS)),
        rankings=tuple(read_ranking(row) for row in cursor.rows("rankings", most=MOST_GROUPS)),
        unit_names=_unit_names(cursor),
        unrounded=cursor.flag("unrounded", default=False),
    )
    cursor.findings.refuse("printed_report_invalid")
    return report


def _level(cursor: Cursor) -> PrintedLevel:
    cursor.known(("code", "name", "units", "stated_band_count", "bands", "rating_groups"))
    return PrintedLevel(
        code=cursor.text("code", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        units=words(cursor, "units"),
        stated_band_count=optional_whole(cursor, "stated_band_count"),
        bands=tuple(_band(row) for row in cursor.rows("bands", most=MOST_RULES)),
        rating_groups=tuple(_group(row) for row in cursor.rows("rating_groups", most=MOST_RULES)),
    )


def _band(cursor: Cursor) -> PrintedBand:
    cursor.known(("place", "name", "lower", "upper", "stated_count", "units"))
    return PrintedBand(
        place=cursor.text("place", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        lower=printed_figure(cursor, "lower"),
        upper=printed_figure(cursor, "upper"),
        stated_count=optional_whole(cursor, "stated_count"),
        units=words(cursor, "units"),
    )


def _group(cursor: Cursor) -> PrintedRatingGroup:
    cursor.known(("place", "rule", "stated_count", "units"))
    return PrintedRatingGroup(
        place=cursor.text("place", limit=NAME_LIMIT),
        rule=cursor.text("rule", limit=NAME_LIMIT),
        stated_count=optional_whole(cursor, "stated_count"),
        units=words(cursor, "units"),
    )


def _rule(cursor: Cursor) -> PrintedRatingRule:
    bounds: dict[str, Decimal | None] = {
        name: printed_figure(cursor, name) for name in ("total_from", "total_below", "area_from")
    }
    cursor.known(("code", "place", "name", *bounds))
    return PrintedRatingRule(
        code=cursor.text("code", limit=NAME_LIMIT),
        place=cursor.text("place", limit=NAME_LIMIT),
        name=cursor.text("name", limit=NAME_LIMIT),
        **bounds,
    )


def _sections(cursor: Cursor) -> SectionRun:
    cursor.known(("place", "numerals"))
    numerals = words(cursor, "numerals", most=39)
    if not all(_NUMERAL.fullmatch(numeral) for numeral in numerals):
        cursor.fault(
            "numerals", "not_a_numeral", "phải là số La Mã viết hoa hoặc số Ả Rập, không kèm dấu chấm"
        )
    return SectionRun(place=cursor.text("place", limit=NAME_LIMIT), numerals=numerals)


def _unit_names(cursor: Cursor) -> Mapping[str, str]:
    raw = cursor.data.get("unit_names", {})
    proper = isinstance(raw, Mapping) and len(raw) <= MOST_ROWS
    if not proper or not all(isinstance(name, str) and len(name) <= NAME_LIMIT for name in raw.values()):
        cursor.fault("unit_names", "not_names", "phải là một đối tượng: mã đơn vị → tên")
        return {}
    return dict(raw)
