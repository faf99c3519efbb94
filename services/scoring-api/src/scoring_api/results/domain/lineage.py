"""One unit out of a bundle, one node of it explained, with the cells of the survey behind it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from parindex.kernel.canonical import digest
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.framework import Leaf
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.results.domain.bundle import Bundle, cell_record, compute_bundle
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.explanation import explanation_record
from scoring_api.results.domain.withholding import questions_of


def of_unit(bundle: Bundle, unit: str) -> Bundle:
    """The bundle with that unit alone («dữ liệu của một đơn vị»): its points are the same.

    Raises DomainError `unit_not_in_period`.
    """
    for part in bundle.sets:
        members = tuple(row for row in part.units if row.code == unit)
        if members:
            return replace(
                bundle,
                sets=(replace(part, units=members),),
                tallies=tuple(cell for cell in bundle.tallies if cell.unit == unit),
                withheld_cells=tuple(cell for cell in bundle.withheld_cells if cell.unit == unit),
            )
    raise DomainError("unit_not_in_period", {"unit": unit})


def lineage(bundle: Bundle, node: str) -> dict[str, Any]:
    """Where a figure of the bundle's one unit comes from («nguồn gốc số liệu»), as plain data.

    The empty node is the total. Cells stand with a survey leaf alone: their counts, or a digest in their
    place where too few answered; a leaf that rests on such a cell is `withheld`, its points taken as given.
    Raises DomainError `criterion_unknown`.
    """
    (part,) = bundle.sets
    (unit,) = part.units
    explanation = explain(compute_bundle(bundle)[0], unit.code, node)
    found = part.framework.nodes.get(node)
    leaf = found.leaf if found is not None else None
    return {
        "unit": unit.code,
        "name": unit.name,
        "framework": {
            "code": part.framework.code,
            "title": part.framework.title,
            "year": part.framework.year,
            "digest": digest(dict(part.definition)),
        },
        "explanation": explanation_record(explanation),
        "withheld": node in bundle.withheld.get(unit.code, {}),
        "cells": [] if leaf is None else list(_cells(bundle, leaf)),
    }


def _cells(bundle: Bundle, leaf: Leaf) -> Iterator[dict[str, Any]]:
    measure = leaf.rule.measure
    if not isinstance(measure, (Survey, Sipas)):
        return
    places = {
        (questionnaire, question)
        for questionnaire in measure.questionnaires
        for question in questions_of(measure)
    }
    for cell in bundle.tallies:
        if (cell.questionnaire, cell.question) in places:
            yield {"blank": 0, "double": 0, **cell_record(cell), "withheld": ""}
    for hidden in bundle.withheld_cells:
        if (hidden.questionnaire, hidden.question) in places:
            yield {
                "unit": hidden.unit,
                "questionnaire": hidden.questionnaire,
                "group": hidden.group,
                "question": hidden.question,
                "counts": {},
                "blank": 0,
                "double": 0,
                "total": None,
                "withheld": hidden.digest,
            }
