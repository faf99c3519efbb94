"""The definition a workbook's sheets hold; every fault of it at once, each at its sheet, row and column."""

from collections.abc import Sequence
from typing import Any

from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.table import Sheet
from scoring_api.frameworks.domain.table_cells import word_of
from scoring_api.frameworks.domain.table_places import Places
from scoring_api.frameworks.domain.table_rows import empty, read_fields, read_rows
from scoring_api.frameworks.domain.table_tree import Tree, read_tree

Json = dict[str, Any]


def read_definition_sheets(sheets: Sequence[Sheet]) -> tuple[Json, tuple[Fault, ...]]:
    """The definition, and what is wrong with it: nothing when it can be drafted."""
    places = Places()
    found = _sheets(sheets, places)
    definition = _general(found, places)
    tree = read_tree(read_rows(found[table.TREE], places), places)
    definition["nodes"] = tree.roots
    definition["bands"] = _listed(found[table.BANDS], "/bands", places)
    classes = _listed(found[table.RATINGS], "/ratings/classes", places)
    if classes:
        floors = {"total_floor": None, "area_floor": None}
        definition.setdefault("ratings", {})["classes"] = [floors | row for row in classes]
    review = read_fields(found[table.REVIEW], "/review", places)
    if any(review.values()):
        definition["review"] = review
    _add_basis(definition, tree, found[table.BASIS], places)
    try:
        parse_framework(definition)
    except DomainError as error:
        places.translate(error.faults)
    return definition, tuple(places.findings.faults)


def _sheets(sheets: Sequence[Sheet], places: Places) -> dict[str, Sheet]:
    """The sheets by title, an absent one empty; one that is not ours must be empty too."""
    titles = {word_of(title): title for title in (*table.COLUMNS, table.HELP)}
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        title = titles.get(word_of(sheet.title))
        if title is not None:
            found.setdefault(title, Sheet(title, sheet.rows))
        elif not all(empty(row) for row in sheet.rows):
            places.fault(
                sheet.title, None, "", "unknown_sheet", f"trang phải là một trong: {', '.join(table.COLUMNS)}"
            )
    for title in table.REQUIRED:
        if title not in found:
            places.fault(title, None, "", "sheet_missing", "thiếu trang này")
    return {title: found.get(title, Sheet(title, ())) for title in table.COLUMNS}


def _general(found: dict[str, Sheet], places: Places) -> Json:
    values = read_fields(found[table.GENERAL], "", places)
    note = values.pop("ratings_note", None)
    return values | ({"ratings": {"note": note}} if note is not None else {})


def _listed(sheet: Sheet, pointer: str, places: Places) -> list[Json]:
    rows: list[Json] = []
    for row in read_rows(sheet, places):
        places.rows[f"{pointer}/{len(rows)}"] = (sheet.title, row.number)
        rows.append(row.values)
    return rows


def _add_basis(definition: Json, tree: Tree, sheet: Sheet, places: Places) -> None:
    """Each document to what it belongs to: the set, the ratings, or a node by its key."""
    for row in read_rows(sheet, places):
        key = row.values.pop("key", "")
        of = row.values.pop("of", "node" if key else "framework")
        owner, pointer = definition, ""
        if of == "ratings":
            owner, pointer = definition.setdefault("ratings", {}), "/ratings"
        elif of == "node":
            owner, pointer = tree.nodes.get(key, ({}, ""))
            if not owner:
                places.fault(sheet.title, row.number, "Mục", "unknown_part", f"không có mục «{key[:100]}»")
        documents = owner.setdefault("legal_basis", [])
        places.rows[f"{pointer}/legal_basis/{len(documents)}"] = (sheet.title, row.number)
        documents.append(row.values)
