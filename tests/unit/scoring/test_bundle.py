"""A bundle is read with every fault, computed offline to the same bytes everywhere, and written as it was."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.reading import FAULT_LIMIT
from scoring_api.results.domain.bundle import bundle_record, compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.record import result_record
from scoring_api.results.use_cases.computing import bundle_of, compute_period
from tests.architecture.tree import ROOT
from tests.unit.report import hai_duong_result
from tests.unit.scoring.bundle_json import EXAMPLE, bundle, document

Change = Callable[[Any], object]
SOURCES = [ROOT / "shared" / "src", ROOT / "services" / "scoring-api" / "src"]
COMPUTE = (
    "import sys;from parindex.kernel.documents import read_document;"
    "from parindex.kernel.canonical import canonical_bytes;"
    "from scoring_api.results.domain.bundle import compute_bundle;"
    "from scoring_api.results.domain.bundle_parsing import parse_bundle;"
    "from scoring_api.results.domain.record import result_record;"
    "found=compute_bundle(parse_bundle(read_document(open(sys.argv[1],'rb').read())));"
    "sys.stdout.buffer.write(canonical_bytes(result_record(found)))"
)


def record_of(data: Any) -> bytes:
    return canonical_bytes(result_record(compute_bundle(parse_bundle(data))))


def faults_of(data: Any, *, recorded: bool = False) -> set[tuple[str, str]]:
    with pytest.raises(DomainError) as refused:
        parse_bundle(data, recorded=recorded)
    assert refused.value.code == "bundle_invalid"
    return {(fault.pointer, fault.code) for fault in refused.value.faults}


def test_the_example_comes_out_as_its_page_says() -> None:
    units = result_record(compute_bundle(bundle()))["sets"][0]["units"]
    assert [(unit["points"], unit["applicable_max"], unit["rank"]) for unit in units.values()] == [
        ("89.2", "100", 1),
        ("77.666666666666666666666666666667", "100", 2),
        ("10", "20", 3),
    ]
    assert [unit["percent"] for unit in units.values()] == ["89.2", "77.66666666666666666667", "50"]
    assert units["so-a"]["leaves"]["2/2.1"]["measure"] == "78"
    assert units["so-c"]["leaves"]["2/2.1"]["status"] == "missing"
    assert units["so-c"]["leaves"]["1/1.1"]["status"] == "not_arising"
    assert units["so-b"]["leaves"]["1/1.2"]["policy"] == "override"
    assert units["so-b"]["reviews"] == {
        "1": {"percent": "69.44444444444444444444", "threshold": "75", "consecutive_years": 2}
    }
    assert [unit["change"] for unit in units.values()] == [1, -1, None]
    assert units["so-c"]["comparability"] == "not"


def test_what_is_read_is_written_again() -> None:
    written = canonical_bytes(bundle_record(bundle()))
    again = parse_bundle(read_document(written))
    assert canonical_bytes(bundle_record(again)) == written
    assert record_of(read_document(written)) == record_of(document())


def test_a_period_hands_on_exactly_what_it_was_computed_from() -> None:
    inputs = hai_duong_result.inputs()
    written = canonical_bytes(bundle_record(bundle_of(inputs)))
    again = parse_bundle(read_document(written))
    assert canonical_bytes(bundle_record(again)) == written
    computed = result_record(compute_period(inputs))
    assert canonical_bytes(result_record(compute_bundle(again))) == canonical_bytes(computed)
    assert digest_bytes(canonical_bytes(again.sets[0].definition)) == inputs.versions[0].digest


def entry(data: Any) -> Any:
    return data["sets"][0]["entries"]["so-a"]["1/1.1"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        (lambda d: d.update(schema="parindex/bundle/2"), "/schema", "unknown_choice"),
        (lambda d: d.update(titel="x"), "/titel", "unknown_attribute"),
        (lambda d: d.update(sets=[]), "/sets", "not_a_list"),
        (lambda d: d.update(sets={}), "/sets", "not_a_list"),
        (lambda d: d["sets"][0].update(framework=[]), "/sets/0/framework", "not_an_object"),
        (
            lambda d: d["sets"][0]["framework"]["nodes"][0].update(max_points="61"),
            "/sets/0/framework/nodes/0/max_points",
            "does_not_sum",
        ),
        (lambda d: d["sets"][0]["units"][1].update(code="so-a"), "/sets/0/units/1/code", "unit_repeated"),
        (lambda d: d["sets"][0]["units"][1].pop("rank_group"), "/sets/0/units/1/rank_group", "not_a_text"),
        (lambda d: d["sets"][0]["entries"].update(x={}), "/sets/0/entries/x", "unit_unknown"),
        (lambda d: d["sets"][0]["previous"].update(x={}), "/sets/0/previous/x", "unit_unknown"),
        (
            lambda d: d["sets"][0]["entries"]["so-a"].update({"1/9": {}}),
            "/sets/0/entries/so-a/1~19",
            "leaf_unknown",
        ),
        (
            lambda d: entry(d)["value"].update(numerator="NaN"),
            "/sets/0/entries/so-a/1~11.1/value/numerator",
            "not_a_figure",
        ),
        (
            lambda d: entry(d)["self_value"].pop("denominator"),
            "/sets/0/entries/so-a/1~11.1/self_value/denominator",
            "value_missing",
        ),
        (
            lambda d: entry(d).update(override="40.01"),
            "/sets/0/entries/so-a/1~11.1/override",
            "points_above_maximum",
        ),
        (
            lambda d: d["sets"][0]["entries"]["so-a"].update({"2/2.1": {"value": {"level": "A"}}}),
            "/sets/0/entries/so-a/2~12.1/value",
            "leaf_takes_no_value",
        ),
        (
            lambda d: d["sets"][0]["previous"]["so-a"].update(values={"1/1.2": {"level": "tot"}}),
            "/sets/0/previous/so-a/values/1~11.2/level",
            "value_unknown_level",
        ),
        (
            lambda d: d["sets"][0]["previous"]["so-a"].update(rank=0),
            "/sets/0/previous/so-a/rank",
            "not_a_whole_number",
        ),
        (lambda d: d["tallies"][0].update(total=11), "/tallies/0/total", "tally_total_differs"),
        (lambda d: d["tallies"][0]["counts"].update(A=-1), "/tallies/0/counts/A", "not_a_whole_number"),
        (lambda d: d["tallies"][0]["counts"].update(A=1.5), "/tallies/0/counts/A", "not_a_whole_number"),
        (lambda d: d["tallies"][1]["counts"].update(a=1), "/tallies/1/counts/a", "option_unknown"),
        (lambda d: d["tallies"].append(d["tallies"][0]), "/tallies/3", "cell_repeated"),
        (lambda d: d["tallies"][0].update(unit="so-d"), "/tallies/0/unit", "unit_unknown"),
        (
            lambda d: d.update(withheld={"so-a": {"1/1.1": {"points": "40"}}}),
            "/withheld/so-a/1~11.1",
            "leaf_not_withheld",
        ),
    ],
)
def test_each_fault_is_named_with_its_place(change: Change, pointer: str, code: str) -> None:
    data = document()
    change(data)
    assert (pointer, code) in faults_of(data)


def test_all_faults_are_named_at_once() -> None:
    data = document()
    entry(data)["value"] = {}
    data["tallies"][0]["total"] = 1
    data["sets"][0]["units"][2]["code"] = ""
    assert {pointer.split("/")[1] for pointer, _ in faults_of(data)} == {"sets", "tallies"}


def test_a_recorded_bundle_keeps_answers_that_no_rule_names() -> None:
    data = document()
    data["tallies"][1]["counts"]["E"] = 4
    assert faults_of(data) == {("/tallies/1/counts/E", "option_unknown")}
    assert compute_bundle(parse_bundle(data, recorded=True))


@pytest.mark.parametrize("data", [None, [], "x", 1, {}, {"schema": "parindex/bundle/1"}])
def test_what_is_no_bundle_is_refused(data: Any) -> None:
    assert faults_of(data)


def run(python: str, seed: str) -> bytes:
    environment = {"PYTHONPATH": ":".join(map(str, SOURCES)), "PYTHONHASHSEED": seed}
    return subprocess.run(
        [python, "-S", "-c", COMPUTE, str(EXAMPLE)], env=environment, capture_output=True, check=True
    ).stdout


def test_every_hash_seed_gives_the_same_bytes() -> None:
    assert {run(sys.executable, seed) for seed in ("0", "1", "42", "4294967295")} == {record_of(document())}


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_python_gives_the_same_bytes(version: str) -> None:
    """Rules need the standard library alone, so any interpreter that is there can run them."""
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "--version"], check=False, capture_output=True).returncode:
        pytest.skip(f"no python{version} on this machine")
    assert run(python, "7") == record_of(document())


@pytest.mark.timeout(60)
def test_a_large_bundle_of_faults_is_read_to_a_bound() -> None:
    data = document()
    data["tallies"] = [{"unit": "so-a", "counts": {"A": "x"}}] * 20_000
    data["sets"][0]["entries"]["so-a"] = {f"x/{number}": {} for number in range(20_000)}
    with pytest.raises(DomainError) as refused:
        parse_bundle(data)
    assert len(refused.value.faults) == FAULT_LIMIT


def test_the_example_is_read_from_where_the_page_says() -> None:
    page = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    assert f"examples/bundle/{EXAMPLE.name}" in page
    assert Path(EXAMPLE).stat().st_size < 10_000
