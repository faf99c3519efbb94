"""How leaves and areas of one framework continue in the next; who may write that down stands elsewhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain.framework import Framework, Node
from scoring_api.frameworks.domain.pairing import paired
from scoring_api.frameworks.domain.reading import Findings

Kind = Literal["same", "renamed", "split", "merged", "new", "retired"]
Side = Literal["from", "to"]

_MANY = 10_000
_COUNTS: Mapping[Kind, tuple[range, range, str]] = {
    "same": (range(1, 2), range(1, 2), "một mục cũ và một mục mới"),
    "renamed": (range(1, 2), range(1, 2), "một mục cũ và một mục mới"),
    "split": (range(1, 2), range(2, _MANY), "một mục cũ và từ hai mục mới"),
    "merged": (range(2, _MANY), range(1, 2), "từ hai mục cũ và một mục mới"),
    "new": (range(1), range(1, _MANY), "chỉ mục mới"),
    "retired": (range(1, _MANY), range(1), "chỉ mục cũ"),
}
"""Earlier and later keys a row of this kind has."""
_GIVES_REASON = {"split", "merged", "new", "retired"}
_SIDES: Mapping[Side, str] = {"from": "bộ tiêu chí cũ", "to": "bộ tiêu chí mới"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a crosswalk («dòng đối chiếu»): keys of the earlier set, keys of the later one."""

    kind: Kind
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The crosswalk of two criteria sets («bảng đối chiếu hai bộ tiêu chí»), leaves and areas apart."""

    leaves: tuple[Row, ...]
    areas: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Continuity:
    """What a later set keeps of an earlier one («phần nối tiếp»): later key → earlier key, one to one.

    `whole`: every leaf of both continues with its maximum, so that ranks by the two compare.
    """

    whole: bool
    leaves: Mapping[str, str]
    areas: Mapping[str, str]


def crosswalk_faults(crosswalk: Crosswalk, before: Framework, after: Framework) -> tuple[Fault, ...]:
    """What is wrong with a crosswalk: each leaf and each area of both sets stands in it exactly once."""
    findings = Findings()
    if before.level != after.level:
        findings.add("", "level_mismatch", "hai bộ tiêu chí của hai cấp khác nhau")
    if before.year > after.year:
        findings.add("", "years_reversed", "bộ tiêu chí cũ phải của năm trước hoặc cùng năm")
    for part, rows in (("leaves", crosswalk.leaves), ("areas", crosswalk.areas)):
        _check_rows(findings, part, rows, _members(before, part), _members(after, part))
    return tuple(findings.faults)


def _members(framework: Framework, part: str) -> list[Node]:
    """The nodes that a part of the crosswalk speaks of, in tree order."""
    if part == "areas":
        return [node for node in framework.nodes.values() if node.role == "area"]
    return [framework.nodes[leaf.key] for leaf in framework.leaves]


def _check_rows(
    findings: Findings, part: str, rows: Sequence[Row], before: Iterable[Node], after: Iterable[Node]
) -> None:
    sides: tuple[tuple[Side, set[str]], ...] = (
        ("from", {node.key for node in before}),
        ("to", {node.key for node in after}),
    )
    listed = {side: Counter(key for row in rows for key in _keys(row, side)) for side, _ in sides}
    for index, row in enumerate(rows):
        where = f"/{part}/{index}"
        _check_kind(findings, where, row)
        for side, known in sides:
            _check_keys(findings, f"{where}/{side}", _keys(row, side), known, listed[side])
    for side, known in sides:
        for key in sorted(known - listed[side].keys()):
            findings.add(f"/{part}", "not_covered", f"chưa đối chiếu mục «{key}» của {_SIDES[side]}")


def _keys(row: Row, side: Side) -> tuple[str, ...]:
    return row.earlier if side == "from" else row.later


def _check_kind(findings: Findings, where: str, row: Row) -> None:
    earlier, later, said = _COUNTS[row.kind]
    if len(row.earlier) not in earlier or len(row.later) not in later:
        findings.add(f"{where}/kind", "kind_does_not_fit", f"dòng «{row.kind}» phải có {said}")
    if row.kind in _GIVES_REASON and not row.reason:
        findings.add(f"{where}/reason", "reason_missing", f"dòng «{row.kind}» phải ghi lý do")


def _check_keys(
    findings: Findings, where: str, keys: Sequence[str], known: set[str], listed: Mapping[str, int]
) -> None:
    for index, key in enumerate(keys):
        if key not in known:
            findings.add(f"{where}/{index}", "unknown_key", f"không có mục «{key[:100]}»")
        elif listed[key] > 1:
            findings.add(f"{where}/{index}", "listed_twice", f"mục «{key}» ghi {listed[key]} lần")


def proposed(before: Framework, after: Framework) -> Crosswalk:
    """A crosswalk to start from («đề xuất đối chiếu»): what bears the same name or rule continues.

    What stands under the same key and name is `same`, other pairs are `renamed`, the rest is new or retired;
    that one leaf was split or several were merged, and why one came or went, only people know.
    """
    return Crosswalk(
        *(_proposed_rows(_members(before, part), _members(after, part)) for part in ("leaves", "areas"))
    )


def _proposed_rows(before: Sequence[Node], after: Sequence[Node]) -> tuple[Row, ...]:
    names = {node.key: node.name for node in before}
    continues = paired(before, after)
    kept = set(continues.values())
    rows = []
    for node in after:
        old = continues.get(node.key)
        if old is None:
            rows.append(Row("new", (), (node.key,)))
        else:
            same = (old, names[old]) == (node.key, node.name)
            rows.append(Row("same" if same else "renamed", (old,), (node.key,)))
    return (*rows, *(Row("retired", (node.key,), ()) for node in before if node.key not in kept))


def continuity(crosswalk: Crosswalk, before: Framework, after: Framework) -> Continuity:
    """What a crosswalk that fits both sets says of a unit's last year.

    Split and merged parts carry nothing over: nobody said which share of the points went where.
    """
    leaves = _one_to_one(crosswalk.leaves)
    maxima = {leaf.key: leaf.max_points for leaf in before.leaves}
    return Continuity(
        whole=len(leaves) == len(after.leaves) == len(before.leaves)
        and all(maxima[leaves[leaf.key]] == leaf.max_points for leaf in after.leaves),
        leaves=leaves,
        areas=_one_to_one(crosswalk.areas),
    )


def _one_to_one(rows: Iterable[Row]) -> dict[str, str]:
    return {row.later[0]: row.earlier[0] for row in rows if row.kind in {"same", "renamed"}}


def crosswalk_record(crosswalk: Crosswalk) -> dict[str, Any]:
    """The crosswalk as plain data, the way it is stored and shown."""
    return {
        part: [
            {"kind": row.kind, "from": list(row.earlier), "to": list(row.later), "reason": row.reason}
            for row in rows
        ]
        for part, rows in (("leaves", crosswalk.leaves), ("areas", crosswalk.areas))
    }


def crosswalk_of(record: Mapping[str, Any]) -> Crosswalk:
    """The crosswalk of a record whose form was checked.

    >>> crosswalk = Crosswalk((Row("same", ("I/1",), ("I/1",)),), ())
    >>> crosswalk_of(crosswalk_record(crosswalk)) == crosswalk
    True
    """
    return Crosswalk(
        *(
            tuple(
                Row(row["kind"], tuple(row["from"]), tuple(row["to"]), row["reason"]) for row in record[part]
            )
            for part in ("leaves", "areas")
        )
    )
