"""One figure, list, table or band of a correct report changed: it is found, or nobody could tell by the print."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import floor
from typing import Any

import pytest

from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report import PrintedReport
from scoring_api.results.domain.detector.report_reading import read_report
from scoring_api.results.domain.detector.statements import (
    Count,
    Growth,
    Mean,
    Percent,
    Relation,
    Same,
    Sum,
)
from tests.unit.scoring.printed_reports import NAMES, Json, correct_report, corrected

# What a report prints that follows from nothing else it prints: only a limit, if any, is known of these.
UNCHECKED = {
    "hai-duong-2022": 29,  # places risen and fallen (last year's ranks are not printed), shares of online files
    "soc-trang-2017": 51,  # ranks among 63, shares of the maximum without the maximum, findings of the survey
    "nam-dinh-2017-2020": 77,  # points of single rows whose total is not printed, counts of criteria, ranks
    "ha-nam-2017-2020": 14,  # ranks, targets, the range of the local survey, counts within counts
}


def figures_of(relation: Relation) -> tuple[str, ...]:
    """Figures whose value a relation fixes; a limit or an unlikely pair fixes none."""
    match relation:
        case Sum(parts, total):
            return (*parts, total)
        case Mean(items, mean):
            return (*items, mean)
        case Percent(one, two, three) | Growth(one, two, three):
            return (one, two, three)
        case Same(first, second):
            return (first, second)
        case Count(_, stated):
            return (stated,)
    return ()


def fixed_figures(report: PrintedReport) -> list[str]:
    return sorted({key for relation in report.relations for key in figures_of(relation)})


def other_values(value: Decimal) -> set[Decimal]:
    """One more and one less in the last digit, and any two different digits swapped."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    step = Decimal(1).scaleb(exponent)
    found = {value + step, value - step}
    digits = format(value, "f")
    for left, right in combinations([i for i, sign in enumerate(digits) if sign != "."], 2):
        swapped = list(digits)
        swapped[left], swapped[right] = digits[right], digits[left]
        found.add(Decimal("".join(swapped)))
    return {other for other in found if other >= 0} - {value}


def printed_alike(exact: Fraction, shown: Decimal) -> bool:
    """Whether an exact value rounds half-up to what is printed; written apart from the detector's intervals."""
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    scaled = exact * Fraction(10) ** -exponent
    return floor(scaled + Fraction(1, 2)) == int(shown.scaleb(-exponent))


def reckons(report: PrintedReport, relation: Relation) -> bool:
    """Whether a reader with pencil and paper gets the printed result from the printed figures."""

    def figure(key: str) -> Fraction:
        return Fraction(report.figures[key].value)

    match relation:
        case Sum(parts, result):
            exact = sum(map(figure, parts), Fraction())
        case Mean(items, result):
            exact = sum(map(figure, items), Fraction()) / len(items)
        case Percent(part, whole, result):
            exact = figure(part) / figure(whole) * 100
        case Growth(now, before, result):
            exact = (figure(now) / figure(before) - 1) * 100
        case Same(first, result):
            exact = figure(first)
        case Count(items, result):
            exact = Fraction(len(report.lists[items].items))
        case _:
            return True
    return printed_alike(exact, report.figures[result].value)


def mutations(report: PrintedReport, key: str) -> Iterator[PrintedReport]:
    for value in sorted(other_values(report.figures[key].value)):
        yield replace(report, figures={**report.figures, key: replace(report.figures[key], value=value)})


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_figure_is_found_unless_every_relation_still_reckons(name: str) -> None:
    report = correct_report(name)
    missed, caught = [], 0
    for key in fixed_figures(report):
        for mutated in mutations(report, key):
            if find_discrepancies(mutated):
                caught += 1
            else:
                missed.append((key, mutated))
    for key, mutated in missed:
        wrong = [relation for relation in mutated.relations if not reckons(mutated, relation)]
        assert not wrong, (key, mutated.figures[key].value)
        step = abs(mutated.figures[key].value - report.figures[key].value)
        assert step == Decimal(1).scaleb(report.figures[key].value.as_tuple().exponent)  # type: ignore[arg-type]
    assert caught / (caught + len(missed)) >= Decimal("0.95")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_in_a_relation_is_caught_by_some_change_and_the_others_are_counted(name: str) -> None:
    report = correct_report(name)
    fixed = fixed_figures(report)
    for key in fixed:
        assert any(find_discrepancies(mutated) for mutated in mutations(report, key)), key
    assert len(report.figures) - len(fixed) == UNCHECKED[name]


def changed(name: str, *path: Any, to: Any) -> Json:
    report = corrected(name)
    spot: Any = report
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = to(spot[path[-1]])
    return report


def up(value: Any) -> Any:
    return str(Decimal(value) + 1) if isinstance(value, str) else value + 1


def without_last(items: list[Any]) -> list[Any]:
    return items[:-1]


def first_twice(items: list[Any]) -> list[Any]:
    return [*items, items[0]]


LEVELS = [
    ("levels", level, part, row, "stated_count") for level in (0, 1) for part in ("bands", "rating_groups") for row in range(3)
]  # fmt: skip
UNIT_LISTS = [(*path[:-1], "units") for path in LEVELS]
CHANGES: list[tuple[str, tuple[Any, ...], Any]] = [
    *(("hai-duong-2022", path, up) for path in LEVELS),
    *(("hai-duong-2022", path, without_last) for path in UNIT_LISTS),
    *(("hai-duong-2022", path, first_twice) for path in UNIT_LISTS),
    *(("hai-duong-2022", ("levels", level, "stated_band_count"), up) for level in (0, 1)),
    *(("hai-duong-2022", ("levels", level, "bands", 0, "lower"), up) for level in (0, 1)),
    *(("hai-duong-2022", ("levels", level, "bands", 1, "upper"), up) for level in (0, 1)),
    ("hai-duong-2022", ("sections", 2, "numerals"), lambda run: [*run[:3], *run[4:]]),
    ("hai-duong-2022", ("lists", "giam-bac", "items"), lambda items: [*items, "so-noi-vu"]),
    ("hai-duong-2022", ("lists", "kiem-diem-lai", "items"), lambda items: [*items, "so-noi-vu"]),
    ("hai-duong-2022", ("lists", "nhac-lai-hoan-thanh", "items"), without_last),
    ("hai-duong-2022", ("lists", "so-hoan-thanh", "items"), without_last),
    ("soc-trang-2017", ("figures", "1.hang", "value"), lambda _: "72"),
    ("soc-trang-2017", ("figures", "di-lai-7", "value"), lambda _: "31.3"),
    *(("nam-dinh-2017-2020", ("tables", table, "labels"), without_last) for table in range(3)),
    *(("nam-dinh-2017-2020", ("tables", table, "rows", 1, "cells"), without_last) for table in range(3)),
    ("nam-dinh-2017-2020", ("tables", 0, "rows", 3, "cells", 0), lambda code: code.replace(".", ",")),
    ("nam-dinh-2017-2020", ("tables", 1, "rows", 9, "cells", 7), lambda _: "0,50"),
    ("nam-dinh-2017-2020", ("figures", "b2.I.6.2.3.2018", "value"), lambda _: "5.25"),
    ("ha-nam-2017-2020", ("series", 0, "values", 1, "scale"), lambda _: "điểm trên 10"),
    ("ha-nam-2017-2020", ("lists", "sipas.cac-nam", "items"), without_last),
]


@pytest.mark.parametrize(("name", "path", "to"), CHANGES, ids=[str(row[1]) for row in CHANGES])
def test_a_changed_list_count_band_or_table_is_found(name: str, path: tuple[Any, ...], to: Any) -> None:
    assert find_discrepancies(read_report(changed(name, *path, to=to)))
