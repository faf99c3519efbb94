"""A definition laid out as the sheets of a workbook; reading them back gives the same definition."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.notation_words import GUIDE
from scoring_api.frameworks.domain.reading import figure_of
from scoring_api.frameworks.domain.table import Cell, Column, Sheet
from scoring_api.frameworks.domain.table_cells import write_cell
from scoring_api.frameworks.domain.table_rules import rule_cells

Json = Mapping[str, Any]
_INTRODUCTION = """\
Trang «Bộ tiêu chí»: mỗi mục một dòng, mục con ngay dưới mục cha.
«Cấp» là tầng của mục trong cây; bỏ trống thì xếp theo «Vai trò». Ô trống là không ghi.
Mã ghi dạng chữ (định dạng Văn bản); số dùng dấu phẩy hay dấu chấm thập phân đều được.
«Cách tính điểm» viết theo một trong các mẫu dưới đây.
Cách tính khác (phiếu điều tra, SIPAS, công thức) ghi ở «Quy tắc (JSON)».
Khi ghi cả hai ô thì hai ô phải nói cùng một cách tính.
""".splitlines()


def definition_sheets(definition: Json) -> tuple[Sheet, ...]:
    """The workbook of a valid definition, the printed table first."""
    ratings = definition.get("ratings") or {}
    return (
        Sheet(table.TREE, _tree(definition)),
        _fields(table.GENERAL, {**definition, "ratings_note": ratings.get("note")}),
        _listed(table.BASIS, _basis(definition)),
        _listed(table.BANDS, definition["bands"]),
        _listed(table.RATINGS, ratings.get("classes") or ()),
        _fields(table.REVIEW, definition.get("review") or {}),
        Sheet(table.HELP, tuple((line,) for line in (*_INTRODUCTION, *GUIDE))),
    )


def _cells(columns: Sequence[Column], row: Json) -> tuple[Cell, ...]:
    return tuple(write_cell(column, row.get(column.name)) for column in columns)


def _listed(title: str, rows: Sequence[Json]) -> Sheet:
    columns = table.COLUMNS[title]
    return Sheet(title, (tuple(column.title for column in columns), *(_cells(columns, row) for row in rows)))


def _fields(title: str, values: Json) -> Sheet:
    """Two columns; what may stand several times takes a line each, and one empty line where it is empty."""
    rows: list[tuple[Cell, ...]] = [table.FIELD_TITLES]
    for column in table.COLUMNS[title]:
        value = values.get(column.name)
        if column.name not in table.REPEATED:
            rows.append((column.title, write_cell(column, value)))
        elif value is not None:
            rows += [
                (column.title, write_cell(column, item)) for item in (*value, *([None] if not value else []))
            ]
    return Sheet(title, tuple(rows))


def _basis(definition: Json) -> list[Json]:
    """Every document of the definition with what it belongs to."""
    ratings = definition.get("ratings") or {}
    rows: list[Json] = [{**row, "of": "framework"} for row in definition.get("legal_basis") or ()]
    rows += [{**row, "of": "ratings"} for row in ratings.get("legal_basis") or ()]
    for key, _, node in _walk(definition["nodes"], "", 1):
        rows += [{**row, "of": "node", "key": key} for row in node.get("legal_basis") or ()]
    return rows


def _walk(nodes: Sequence[Json], prefix: str, depth: int) -> Iterator[tuple[str, int, Json]]:
    """Every node with its key and its depth, in tree order."""
    for node in nodes:
        key = f"{prefix}{node['code']}"
        yield key, depth, node
        yield from _walk(node.get("children") or (), f"{key}/", depth + 1)


def _tree(definition: Json) -> tuple[tuple[Cell, ...], ...]:
    rows = [_node(depth, node) for _, depth, node in _walk(definition["nodes"], "", 1)]
    longest = max(len(parts) for _, parts in rows)
    titles = [column.title for column in table.TREE_COLUMNS]
    titles += [f"{table.RULE_JSON} {number}" for number in range(2, longest + 1)]
    maxima = [
        figure_of(node["max_points"])
        for node in definition["nodes"]
        if node.get("effect", "points") == "points"
    ]
    last = {"name": table.TOTAL, "max_points": decimal_text(total(maxima))}
    body = [(*_cells(table.TREE_COLUMNS[:-1], row), *(parts or ("",))) for row, parts in rows]
    return (tuple(titles), *body, _cells(table.TREE_COLUMNS, last))


def _node(depth: int, node: Json) -> tuple[Json, Sequence[str]]:
    """The row of a node and its rule's JSON, cut to what cells hold."""
    if node.get("rule") is None:
        return {**node, "depth": depth}, ()
    text, document = rule_cells(node["rule"], node["max_points"])
    parts = [
        document[start : start + table.CELL_LIMIT] for start in range(0, len(document), table.CELL_LIMIT)
    ]
    return {**node, "depth": depth, "rule_text": text}, parts
