"""Reading a printed report: every fault has its pointer, sizes are bounded, hostile input costs no time."""

from typing import Any

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.results.domain.detector.detecting import MOST_FINDINGS, find_discrepancies
from scoring_api.results.domain.detector.report_reading import read_report

FIGURE = {"place": "dòng 1", "name": "điểm", "value": "72.68"}
LIST = {"place": "dòng 2", "name": "các năm", "items": ["2017", "2018"]}


def sample(**parts: Any) -> dict[str, Any]:
    return {"figures": {"a": FIGURE, "b": FIGURE}, "lists": {"l": LIST}, **parts}


def relation(**row: Any) -> dict[str, Any]:
    return sample(relations=[row])


@pytest.mark.parametrize(
    ("data", "pointer", "code"),
    [
        ({"figuers": {}}, "/figuers", "unknown_attribute"),
        ({"levels": {}}, "/levels", "not_a_list"),
        ({"levels": [{"code": "so"}]}, "/levels/0/name", "not_a_text"),
        ({"levels": [{"code": "so", "name": "Sở", "units": [1]}]}, "/levels/0/units", "not_a_list"),
        ({"unit_names": {"a": 1}}, "/unit_names", "not_names"),
        ({"figures": []}, "/figures", "not_an_object"),
        ({"figures": {"a/b": 1}}, "/figures/a~1b", "not_an_object"),
        *(
            ({"figures": {"a": {**FIGURE, "value": value}}}, "/figures/a/value", "not_a_printed_figure")
            for value in ("72,68", "NaN", "1e400", "1E5", "٣", "9" * 16, "1." + "0" * 21, None, True, 1.5)
        ),
        (relation(kind="guess"), "/relations/0/kind", "unknown_choice"),
        (relation(kind="sum", parts=["a", "x"], total="b"), "/relations/0/parts/1", "figure_unknown"),
        (relation(kind="sum", parts=[["a"]], total="b"), "/relations/0/parts/0", "figure_unknown"),
        (relation(kind="sum", parts=[], total="b"), "/relations/0/parts", "not_a_list"),
        (relation(kind="percent", part="a", whole="b"), "/relations/0/percent", "not_a_text"),
        (relation(kind="same", first="a", second="b", third="c"), "/relations/0/third", "unknown_attribute"),
        (relation(kind="mean", items=["a"], mean="b", weights=["0"]), "/relations/0/weights", "not_weights"),
        (relation(kind="mean", items=["a"], mean="b", weights=["1", "2"]), "/relations/0/weights", "not_weights"),
        (relation(kind="mean", items=["a"], mean="b", weights=["-1"]), "/relations/0/weights/0", "figure_too_small"),
        (relation(kind="within", part="l", whole="m"), "/relations/0/whole", "list_unknown"),
        (relation(kind="apart", lists=["l", 3]), "/relations/0/lists/1", "figure_unknown"),
        *(
            ({"sections": [{"place": "p", "numerals": ["I", other]}]}, "/sections/0/numerals", "not_a_numeral")
            for other in ("B", "ii", "II.", "", "²")
        ),
        ({"rankings": [{"name": "x", "rows": [{"place": "p", "unit": "u", "rank": 0}]}]}, "/rankings/0/rows/0/rank", "not_a_whole_number"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(data: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(DomainError, match="printed_report_invalid") as refused:
        read_report(data)
    assert (pointer, code) in {(fault.pointer, fault.code) for fault in refused.value.faults}


def test_all_faults_come_at_once() -> None:
    data = {"figures": {key: {**FIGURE, "value": "x"} for key in "abc"}, "unrounded": 1}
    with pytest.raises(DomainError) as refused:
        read_report(data)
    assert len(refused.value.faults) == 4


def test_printed_digits_are_kept_and_an_empty_report_is_correct() -> None:
    assert str(read_report(sample()).figures["a"].value) == "72.68"
    assert find_discrepancies(read_report({})) == []


LONG = {**LIST, "items": [str(number) for number in range(20_000)]}


@pytest.mark.parametrize(
    "rows",
    [
        [{"kind": "within", "part": "l", "whole": "l"}] * 60,
        [{"kind": "sum", "parts": ["a"] * 1000, "total": "b"}] * 250,
        [{"kind": "mean", "items": ["a"] * 1000, "mean": "b"}] * 250,
    ],
)
def test_naming_a_long_list_or_a_figure_again_and_again_is_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(DomainError) as refused:
        read_report(sample(lists={"l": LONG}, relations=rows))
    assert "too_much_to_compare" in {fault.code for fault in refused.value.faults}


def hostile(kind: str) -> dict[str, Any]:
    many = [f"đơn vị {number // 2}" for number in range(20_000)]
    if kind == "doubles":
        return {"lists": {"l": {**LIST, "items": many}}}
    if kind == "bands":
        bands = [{"place": str(n), "name": "x", "lower": str(n), "upper": str(n + 2), "units": many[n::50]} for n in range(50)]  # fmt: skip
        return {"levels": [{"code": "so", "name": "Sở", "units": many[:100], "bands": bands}]}
    if kind == "ranking":
        rows = [{"place": str(n), "unit": "một", "rank": 1 + n % 7, "percent": str(n % 11)} for n in range(20_000)]  # fmt: skip
        return {"rankings": [{"name": "x", "rows": rows}]}
    if kind == "empty lists":
        lists = {"l": LONG, **{str(n): {**LIST, "items": []} for n in range(1000)}}
        return {"lists": lists, "relations": [{"kind": "together", "parts": [str(n) for n in range(1000)], "whole": "l"}] * 40}  # fmt: skip
    figures = {str(n): {**FIGURE, "value": f"{n}.{'9' * 20}"} for n in range(20_000)}
    rows = [{"kind": "percent", "part": str(n), "whole": "0", "percent": "1"} for n in range(20_000)]
    return {"figures": figures, "relations": rows}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["doubles", "bands", "ranking", "empty lists", "figures"])
def test_hostile_reports_cost_little_and_answer_briefly(kind: str) -> None:
    data = hostile(kind)
    found = find_discrepancies(read_report(data))
    assert found
    assert len(found) <= 2 * MOST_FINDINGS
