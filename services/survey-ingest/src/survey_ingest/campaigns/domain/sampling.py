"""Drawing a sample of transactions by a public seed, stratified by unit: anybody can draw it again."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Literal

METHOD = "sha256-rank-1"
REPLAY = (
    "Với mỗi mã giao dịch trong danh sách, tính SHA-256 của chuỗi «mầm|mã» (UTF-8), viết thập lục phân; "
    "trong từng đơn vị xếp tăng dần và lấy từ đầu cho đủ số mẫu của đơn vị. Số mẫu của đơn vị: "
    "theo từng đơn vị thì lấy bằng nhau, đơn vị có ít hơn thì lấy hết; "
    "theo tổng số thì chia theo số giao dịch của đơn vị, lấy phần nguyên, số còn thiếu thêm mỗi đơn vị "
    "một mẫu từ phần lẻ lớn nhất, bằng nhau thì theo thứ tự danh sách đơn vị; "
    "theo sai số e thì tổng số là N / (1 + N·e²) làm tròn lên."
)
"""How the draw is repeated with any tool that knows SHA-256; no generator of a language is part of it."""


AllocationKind = Literal["per_unit", "total", "error"]


def slovin(population: int, error: Decimal) -> int:
    """Slovin's sample size («cỡ mẫu theo công thức Slovin»), rounded up: n = N / (1 + N·e²).

    Source: T. Yamane, Statistics: An Introductory Analysis, 2nd ed. 1967, p. 886, for 95 % confidence and
    p = 0,5. For 10.000 transactions and e = 5 %: 10.000 / (1 + 10.000 × 0,0025) = 384,6…, so 385.

    >>> slovin(10_000, Decimal("0.05")), slovin(30, Decimal("0.05")), slovin(0, Decimal("0.05"))
    (385, 28, 0)
    """
    numerator, denominator = error.as_integer_ratio()
    squared = denominator * denominator
    return -(-population * squared // (squared + population * numerator * numerator))


@dataclass(frozen=True, slots=True)
class Allocation:
    """How large the sample is («cỡ mẫu»): so many of each unit, in all, or for an error of estimation."""

    kind: AllocationKind
    size: Decimal

    def over(self, populations: Mapping[str, int]) -> dict[str, int]:
        """How many transactions of each unit are drawn; a unit with fewer gives all it has.

        A total goes to the units by their transactions, the last places to the largest remainders and of
        equal ones to the unit that comes first:

        >>> Allocation("total", Decimal(10)).over({"a": 33, "b": 33, "c": 34})
        {'a': 3, 'b': 3, 'c': 4}
        >>> Allocation("per_unit", Decimal(5)).over({"a": 3, "b": 9})
        {'a': 3, 'b': 5}
        """
        population = sum(populations.values())
        if self.kind == "per_unit":
            return {unit: min(int(self.size), count) for unit, count in populations.items()}
        wanted = slovin(population, self.size) if self.kind == "error" else int(self.size)
        return _apportion(min(wanted, population), populations)


def _apportion(total: int, populations: Mapping[str, int]) -> dict[str, int]:
    population = sum(populations.values())
    if not population:
        return dict.fromkeys(populations, 0)
    parts = {unit: divmod(total * count, population) for unit, count in populations.items()}
    left = total - sum(whole for whole, _ in parts.values())
    favoured = sorted(parts, key=lambda unit: -parts[unit][1])[:left]  # stable: the order of units decides
    return {unit: whole + (unit in favoured) for unit, (whole, _) in parts.items()}


@dataclass(frozen=True, slots=True)
class Stratum:
    """The transactions of one unit and those drawn («tầng»), in the order of the draw."""

    unit: str
    population: int
    drawn: tuple[str, ...]


def draw(
    transactions: Iterable[tuple[str, str]], populations: Mapping[str, int], seed: str, allocation: Allocation
) -> list[Stratum]:
    """Draw from (unit, code) pairs, in one pass: of each unit those whose SHA-256 of «seed|code» is lowest.

    >>> codes = [("so-y-te", f"H23.{n}") for n in range(100)]
    >>> [found] = draw(codes, {"so-y-te": 100}, "2022", Allocation("per_unit", Decimal(3)))
    >>> found == draw(reversed(codes), {"so-y-te": 100}, "2022", Allocation("per_unit", Decimal(3)))[0]
    True
    >>> found.drawn
    ('H23.99', 'H23.45', 'H23.3')
    """
    wanted = allocation.over(populations)
    heaps: dict[str, list[tuple[int, str]]] = {unit: [] for unit in populations}
    prefix = sha256(f"{seed}|".encode())
    for unit, code in transactions:
        if not wanted[unit]:
            continue
        ranked = prefix.copy()
        ranked.update(code.encode())
        item = (-int.from_bytes(ranked.digest(), "big"), code)
        heap = heaps[unit]
        if len(heap) < wanted[unit]:
            heapq.heappush(heap, item)
        elif item > heap[0]:
            heapq.heapreplace(heap, item)
    return [Stratum(unit, count, _in_order(heaps[unit])) for unit, count in populations.items()]


def _in_order(heap: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(code for _, code in sorted(heap, reverse=True))
