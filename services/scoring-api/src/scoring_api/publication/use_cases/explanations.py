"""Explaining a figure of an edition out of its frozen public pack, opened once for many questions."""

import asyncio
from collections import OrderedDict
from typing import Any

from parindex.db import Reading
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from parindex.kernel.documents import read_document
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store.corrections import Correction, find_correction_of_leaf
from scoring_api.publication.store import reading
from scoring_api.results.domain.bundle import Bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.lineage import lineage, of_unit

KEPT, LARGEST_KEPT = 3, 8 * 1024 * 1024
"""Packs kept open, and how long the JSON of one may be: memory has a bound whatever is asked."""
_opened: OrderedDict[str, Bundle] = OrderedDict()


async def explain_edition(
    connection: Reading, period: str, number: int, unit: str, node: str
) -> dict[str, Any]:
    """Where the points of a node come from, by what everybody may read, with what corrected a leaf.

    Raises DomainError `pack_missing`, `unit_not_in_period`, `criterion_unknown`.
    """
    digest = await reading.read_pack_digest(connection, period, number, "public")
    bundle = _opened.get(digest)
    if bundle is None:
        content = await reading.read_pack(connection, period, number, "public")
        bundle = await asyncio.to_thread(_open, content)
        if len(content) <= LARGEST_KEPT:
            _opened[digest] = bundle
    if digest in _opened:
        _opened.move_to_end(digest)
    while len(_opened) > KEPT:
        _opened.popitem(last=False)
    found = await asyncio.to_thread(_explained, bundle, unit, node)
    corrected = await find_correction_of_leaf(connection, period, number, unit, node)
    return {
        "period": period,
        "edition": number,
        "pack_digest": digest,
        **found,
        "correction": corrected and _corrected(*corrected),
    }


def _corrected(correction: Correction, act: Act) -> dict[str, Any]:
    return {
        "edition": correction.edition,
        "reason": correction.reason,
        "legal_basis": list(correction.legal_basis),
        "value": act.value,
        "points": None if act.points is None else decimal_text(act.points),
        "not_applicable": act.not_applicable,
        "decided": act.reason,
        "at": instant_text(act.at),
    }


def _open(content: bytes) -> Bundle:
    return parse_bundle(read_document(content)["inputs"], recorded=True)


def _explained(bundle: Bundle, unit: str, node: str) -> dict[str, Any]:
    return lineage(of_unit(bundle, unit), node)
