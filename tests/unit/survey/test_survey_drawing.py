"""Samples: sizes, the draw that anybody can repeat, and every fault of a list."""

from decimal import Decimal
from hashlib import sha256
from math import ceil
from random import Random

import pytest

from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.sampling import Allocation, draw, slovin
from survey_ingest.campaigns.domain.transactions import MOST_FAULTS, TransactionList, rows_of

UNITS = ("so-noi-vu", "so-y-te")


def pairs(sizes: dict[str, int]) -> list[tuple[str, str]]:
    return [(unit, f"{unit}.{n}") for unit, size in sizes.items() for n in range(size)]


@pytest.mark.parametrize("error", ["0.01", "0.03", "0.05", "0.1", "0.0001", "0.99"])
def test_slovin_is_the_printed_formula_rounded_up(error: str) -> None:
    e = Decimal(error)
    for population in (1, 7, 400, 9_999, 48_210, 1_000_000):
        exact = Decimal(population) / (1 + population * e * e)
        assert slovin(population, e) == ceil(exact)
        assert slovin(population, e) <= population


def test_the_draw_is_what_the_printed_recipe_gives() -> None:
    sizes = {"so-noi-vu": 500, "so-y-te": 40}
    listed = pairs(sizes)
    Random(3).shuffle(listed)
    found = draw(listed, sizes, "XSMB 27384", Allocation("per_unit", Decimal(30)))
    for stratum in found:
        codes = [code for unit, code in listed if unit == stratum.unit]
        ranked = sorted(codes, key=lambda code: sha256(f"XSMB 27384|{code}".encode()).hexdigest())
        assert stratum.drawn == tuple(ranked[:30])
    other = draw(listed, sizes, "XSMB 27385", Allocation("per_unit", Decimal(30)))
    assert other != found


def test_a_total_goes_to_the_units_by_their_transactions() -> None:
    random = Random(5)
    for _ in range(300):
        sizes = {f"u{n}": random.choice([0, 1, 5, 977]) for n in range(random.randint(1, 9))}
        total = random.randint(1, 1200)
        shares = Allocation("total", Decimal(total)).over(sizes)
        population = sum(sizes.values())
        assert sum(shares.values()) == min(total, population)
        for unit, size in sizes.items():
            assert 0 <= shares[unit] <= size
            if population > total:
                assert abs(Decimal(shares[unit]) - Decimal(total) * size / population) < 1


def test_a_unit_without_transactions_gives_none_and_a_small_one_all() -> None:
    found = draw(pairs({"a": 2}), {"a": 2, "b": 0}, "s", Allocation("per_unit", Decimal(5)))
    assert [(item.unit, len(item.drawn)) for item in found] == [("a", 2), ("b", 0)]
    by_error = Allocation("error", Decimal("0.05")).over({"a": 9_000, "b": 1_000})
    assert by_error == {"a": 347, "b": 38}


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as caught:
        TransactionList(UNITS).read(text.splitlines(keepends=True))
    assert caught.value.code == "sample_invalid"
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("/file/0", "columns_differ")]),
        ("code,unit,date\n", [("/file", "list_empty")]),
        ("code,unit,date,name\nA,so-y-te,2022-01-01,x\n", [("/file/0", "columns_differ")]),
        ("code,unit\nA,so-y-te\n", [("/file/0", "columns_differ")]),
        ("code,unit,date\nA,so-y-te\n", [("/file", "row_unreadable")]),
        ('code,unit,date\n"A,so-y-te,2022-01-01\n', [("/file", "row_unreadable")]),
        (
            "code,unit,date\nA,so-y-te,2022-01-01\n\nA,so-la,2022-02-30\nNguyễn Văn A,so-y-te,01/01/2022\n",
            [
                ("/file/2/unit", "unit_unknown"),
                ("/file/2/date", "date_malformed"),
                ("/file/2/code", "code_repeated"),
                ("/file/3/code", "code_malformed"),
                ("/file/3/date", "date_malformed"),
            ],
        ),
    ],
)
def test_every_fault_of_a_list_is_named(text: str, expected: list[tuple[str, str]]) -> None:
    assert faults(text) == expected


def test_columns_may_stand_in_any_order_and_faults_are_bounded() -> None:
    text = "\ufeffdate;code;unit\r\n2022-01-02;A;so-y-te\r\n2022-01-03;B;so-noi-vu\r\n"
    lines = text.splitlines(keepends=True)
    assert TransactionList(UNITS).read(lines) == {"so-noi-vu": 1, "so-y-te": 1}
    assert next(rows_of(lines)) == ("A", "so-y-te", "2022-01-02")
    bad = "code,unit,date\n" + "".join(f"A{n},la,x\n" for n in range(2000))
    with pytest.raises(DomainError) as caught:
        TransactionList(UNITS).read(bad.splitlines(keepends=True))
    assert (len(caught.value.faults), caught.value.params["count"]) == (MOST_FAULTS, 4000)
