"""A criteria set as it is supposed to be: replaced whole, or leaf by leaf; its faults at their place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import nfc
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.reading import Findings
from scoring_api.results.domain.bundle import BundleSet
from scoring_api.results.domain.hypothesis import Hypothesis, SupposedFramework, SupposedLeaf


class _Place(NamedTuple):
    """Where a supposed leaf stands in the definition."""

    pointer: str
    row: SupposedLeaf


def redefined(part: BundleSet, hypothesis: Hypothesis, findings: Findings) -> BundleSet:
    """The set with what is supposed of it («bộ tiêu chí giả định»); the very same where that is nothing."""
    code = part.framework.code
    whole = next((row for row in hypothesis.frameworks if row.code == code), None)
    leaves = [row for row in hypothesis.leaves if row.framework == code]
    if whole is None and not leaves:
        return part
    definition = dict(whole.definition if whole else part.definition)
    places = []
    for row in leaves:
        pointer = _change(definition, row)
        if pointer is None:
            findings.add(f"{row.pointer}/key", "leaf_unknown", "không có tiêu chí này trong bộ tiêu chí")
        else:
            places.append(_Place(pointer, row))
    try:
        return replace(part, definition=definition, framework=parse_framework(definition))
    except DomainError as error:
        for fault in error.faults:
            said = _translated(fault, whole, places)
            findings.add(said.pointer, said.code, said.detail)
        return part


def _change(definition: dict[str, Any], row: SupposedLeaf) -> str | None:
    """Put the leaf's terms in place, copying what stands above it; its pointer, None without such a leaf."""
    pointer, node, name = "", definition, "nodes"
    for code in row.key.split("/"):
        below = node.get(name)
        rows = list(below) if isinstance(below, list) else []
        index = next((i for i, found in enumerate(rows) if _has_code(found, code)), None)
        if index is None:
            return None
        node[name] = rows
        rows[index] = node = dict(rows[index])
        pointer, name = f"{pointer}/{name}/{index}", "children"
    if node.get("children"):
        return None
    node.update(row.terms)
    return pointer


def _has_code(row: object, code: str) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("code"), str) and nfc(row["code"]) == code


def _translated(fault: Fault, whole: SupposedFramework | None, places: Sequence[_Place]) -> Fault:
    """A fault of the definition at its place in the request: in a supposed leaf, or a sum above it."""
    for pointer, row in places:
        if fault.pointer == pointer or fault.pointer.startswith(f"{pointer}/"):
            return replace(fault, pointer=f"{row.pointer}{fault.pointer.removeprefix(pointer)}")
    if whole is not None:
        return replace(fault, pointer=f"{whole.pointer}{fault.pointer}")
    above = fault.pointer.rpartition("/")[0]
    under = [row for pointer, row in places if pointer.startswith(f"{above}/")] or [places[0].row]
    return Fault(under[0].pointer, fault.code, f"{fault.pointer}: {fault.detail}")
