"""Reading how figures and lists of a printed report belong together; what a relation names must be there."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring_api.frameworks.domain.reading import Cursor
from scoring_api.results.domain.detector.statement_reading import MOST_GROUPS, NAME_LIMIT
from scoring_api.results.domain.detector.statements import (
    Apart,
    AtMost,
    Count,
    Growth,
    Mean,
    Opposed,
    Percent,
    PrintedList,
    Relation,
    Same,
    Sum,
    Together,
    Within,
)

MOST_RELATIONS = 20_000
MOST_COMPARED, FIGURE_COST = 1_000_000, 5
"""Items that all relations together may look at, a figure costing several: naming a long list or one figure
again and again costs time."""
_FIGURES: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    "percent": (Percent, ("part", "whole", "percent")),
    "growth": (Growth, ("current", "previous", "percent")),
    "same": (Same, ("first", "second")),
    "at_most": (AtMost, ("figure", "limit")),
    "opposed": (Opposed, ("good", "bad")),
}


class Named:
    """The keys a relation may name, and what looking them up will cost («các khóa đã khai»)."""

    def __init__(self, figures: Mapping[str, object], lists: Mapping[str, PrintedList]) -> None:
        self.figures = figures
        self.lists = lists
        self.compared = 0

    def figure(self, cursor: Cursor, name: str) -> str:
        key = cursor.text(name, limit=NAME_LIMIT)
        if key and key not in self.figures:
            cursor.fault(name, "figure_unknown", f"không có số liệu «{key[:60]}»")
        return key

    def list(self, cursor: Cursor, name: str) -> str:
        key = cursor.text(name, limit=NAME_LIMIT)
        self._look_up(cursor, name, key)
        return key

    def several(self, cursor: Cursor, name: str, *, lists: bool) -> tuple[str, ...]:
        raw = cursor.data.get(name)
        if not isinstance(raw, list) or not 0 < len(raw) <= MOST_GROUPS:
            cursor.fault(name, "not_a_list", f"phải là danh sách không rỗng, không quá {MOST_GROUPS} mục")
            return ()
        for index, key in enumerate(raw):
            if not isinstance(key, str) or not lists:
                if not isinstance(key, str) or key not in self.figures:
                    cursor.fault(f"{name}/{index}", "figure_unknown", f"không có số liệu «{str(key)[:60]}»")
            else:
                self._look_up(cursor, f"{name}/{index}", key)
        self._spend(cursor, name, FIGURE_COST * len(raw))
        return tuple(str(key) for key in raw)

    def _look_up(self, cursor: Cursor, name: str, key: str) -> None:
        if key not in self.lists:
            cursor.fault(name, "list_unknown", f"không có danh sách «{key[:60]}»")
        else:
            self._spend(cursor, name, len(self.lists[key].items))

    def _spend(self, cursor: Cursor, name: str, cost: int) -> None:
        self.compared += cost
        if self.compared > MOST_COMPARED:
            cursor.fault(name, "too_much_to_compare", f"các quan hệ đối chiếu quá {MOST_COMPARED} mục")
            self.compared = 0


def read_relations(cursor: Cursor, named: Named) -> tuple[Relation, ...]:
    found = [_relation(row, named) for row in cursor.rows("relations", most=MOST_RELATIONS)]
    return tuple(relation for relation in found if relation is not None)


def _relation(cursor: Cursor, named: Named) -> Relation | None:
    kind = cursor.choice("kind", (*_FIGURES, *_OTHERS))
    before = len(cursor.findings.faults)
    if kind in _FIGURES:
        make, names = _FIGURES[kind]
        cursor.known(("kind", *names))
        relation: Relation = make(*(named.figure(cursor, name) for name in names))
    else:
        relation = _OTHERS[kind](cursor, named)
    return relation if len(cursor.findings.faults) == before else None


def _sum(cursor: Cursor, named: Named) -> Sum:
    cursor.known(("kind", "parts", "total"))
    return Sum(named.several(cursor, "parts", lists=False), named.figure(cursor, "total"))


def _mean(cursor: Cursor, named: Named) -> Mean:
    cursor.known(("kind", "items", "mean", "weights"))
    items = named.several(cursor, "items", lists=False)
    return Mean(items, named.figure(cursor, "mean"), _weights(cursor, len(items)))


def _weights(cursor: Cursor, needed: int) -> tuple[Decimal, ...]:
    raw = cursor.data.get("weights")
    if raw is None:
        return ()
    rows: Sequence[object] = raw if isinstance(raw, list) and len(raw) == needed else ()
    weights = [cursor.check_figure(f"weights/{index}", weight) for index, weight in enumerate(rows)]
    if not any(weights):
        cursor.fault("weights", "not_weights", f"phải có {needed} trọng số, không cùng bằng 0")
    return tuple(weight for weight in weights if weight is not None)


def _count(cursor: Cursor, named: Named) -> Count:
    cursor.known(("kind", "items", "stated"))
    return Count(named.list(cursor, "items"), named.figure(cursor, "stated"))


def _within(cursor: Cursor, named: Named) -> Within:
    cursor.known(("kind", "part", "whole"))
    return Within(named.list(cursor, "part"), named.list(cursor, "whole"))


def _apart(cursor: Cursor, named: Named) -> Apart:
    cursor.known(("kind", "lists"))
    return Apart(named.several(cursor, "lists", lists=True))


def _together(cursor: Cursor, named: Named) -> Together:
    cursor.known(("kind", "parts", "whole"))
    return Together(named.several(cursor, "parts", lists=True), named.list(cursor, "whole"))


_OTHERS: Mapping[str, Callable[[Cursor, Named], Relation]] = {
    "sum": _sum,
    "mean": _mean,
    "count": _count,
    "within": _within,
    "apart": _apart,
    "together": _together,
}
