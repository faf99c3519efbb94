"""Reading a whole framework from JSON; what a tree, a rule or a survey needs is read next door."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from scoring_api.frameworks.domain.framework import Band, Framework, RatingClass, ReviewRule
from scoring_api.frameworks.domain.legal_parsing import parse_legal_basis
from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.frameworks.domain.tree_parsing import Tree, parse_tree

ROW_LIMIT = 100_000
CODE_LENGTH, CODE_PATTERN = 80, "^[a-z0-9][a-z0-9._-]*$"
_KNOWN = {
    "code",
    "title",
    "year",
    "valid_from",
    "valid_to",
    "level",
    "form_prefix",
    "origin",
    "legal_basis",
    "nodes",
    "bands",
    "ratings",
    "review",
    "tie_breaks",
    "cap_total",
    "note",
}


def parse_framework(data: Mapping[str, Any]) -> Framework:
    """The criteria set («bộ tiêu chí») a JSON document describes.

    Maxima of leaves add up to their parents and the set to 100 (QĐ 3396/QĐ-UBND: 71,5 + 18,5 + 10). Raises
    DomainError `framework_invalid` with every fault at once, each under its JSON pointer. The work is
    bounded whatever the document: 10.000 nodes, 12 levels, 100.000 rows, 1.000 faults.
    """
    cursor = Cursor(data, "", Findings(rows=ROW_LIMIT))
    cursor.known(_KNOWN)
    roots, tree = parse_tree(cursor)
    bands, (ratings, rating_basis) = _bands(cursor), _ratings(cursor)
    origin = cursor.choice("origin", ("issued", "reconstructed"), "issued")
    valid_from, valid_to = _validity(cursor)
    _check_unattributed(cursor, tree, origin)
    framework = Framework(
        code=_code(cursor),
        title=cursor.text("title"),
        year=cursor.whole("year", 0, least=2000, most=2100),
        valid_from=valid_from,
        valid_to=valid_to,
        level=cursor.text("level", limit=20),
        form_prefix=cursor.text("form_prefix", required=False, limit=10),
        origin="issued" if origin == "issued" else "reconstructed",
        legal_basis=parse_legal_basis(cursor),
        roots=roots,
        nodes=tree.nodes,
        leaves=tuple(tree.leaves),
        bands=bands,
        ratings=ratings,
        rating_basis=rating_basis,
        review=_review(cursor, tree),
        tie_breaks=_part_keys(cursor, "tie_breaks", tree, ("group", "area")),
        cap_total=cursor.flag("cap_total", default=True),
    )
    cursor.findings.refuse("framework_invalid")
    return framework


def _code(cursor: Cursor) -> str:
    """The code a set is found by; it stands in addresses."""
    code = cursor.text("code", limit=CODE_LENGTH)
    if code and not re.fullmatch(CODE_PATTERN, code):
        said = "mã gồm chữ thường không dấu, chữ số và các dấu «-», «.», «_», ví dụ «hai-duong-2022-so»"
        cursor.fault("code", "not_a_code", said)
    return code


def _validity(cursor: Cursor) -> tuple[int | None, int | None]:
    """The first and the last year the set is in force («giai đoạn 2022 - 2030»); either may stay open."""
    first, last = (
        cursor.whole(name, 0, least=2000, most=2100) if cursor.data.get(name) is not None else None
        for name in ("valid_from", "valid_to")
    )
    if first and last and first > last:
        cursor.fault("valid_to", "validity_reversed", "năm hết hiệu lực phải từ năm bắt đầu trở đi")
    return first, last


def _check_unattributed(cursor: Cursor, tree: Tree, origin: str) -> None:
    """One leaf may stand for what a reconstruction could not place; an issued set has none."""
    loose = [leaf.key for leaf in tree.leaves if leaf.unattributed]
    if len(loose) > (1 if origin == "reconstructed" else 0):
        cursor.fault(
            "nodes", "unattributed_leaf", f"mục chưa rõ tiêu chí không được phép: {', '.join(loose[:5])}"
        )


def _bands(cursor: Cursor) -> tuple[Band, ...]:
    """Bands partition [0, ∞): floors fall strictly and the last one is 0."""
    bands: list[Band] = []
    for row in cursor.rows("bands", most=50, required=True):
        row.known({"code", "name", "floor", "printed", "note"})
        floor = row.figure("floor")
        if floor is None:
            continue
        if bands and floor >= bands[-1].floor:
            row.fault("floor", "bands_not_descending", "cận dưới các nhóm điểm phải giảm dần")
        if any(band.code == row.data.get("code") for band in bands):
            row.fault("code", "duplicate_code", "mã nhóm điểm ghi hai lần")
        bands.append(
            Band(row.text("code", limit=60), row.text("name"), floor, row.flag("printed", default=True))
        )
    if bands and bands[-1].floor != 0:
        cursor.fault(
            "bands", "bands_leave_gap", "nhóm điểm cuối phải bắt đầu từ 0 để không bỏ sót đơn vị nào"
        )
    return tuple(bands)


def _ratings(cursor: Cursor) -> tuple[tuple[RatingClass, ...], tuple[Any, ...]]:
    """Classes best first, floors falling, the last without floors: every unit falls into one."""
    if cursor.data.get("ratings") is None:
        return (), ()
    part = cursor.part("ratings")
    if part is None:
        return (), ()
    part.known({"legal_basis", "classes", "note"})
    classes: list[RatingClass] = []
    for row in part.rows("classes", most=50, required=True):
        row.known({"code", "name", "total_floor", "area_floor", "note"})
        found = RatingClass(
            row.text("code", limit=60),
            row.text("name"),
            row.optional_figure("total_floor"),
            row.optional_figure("area_floor"),
        )
        if any(above.code == found.code for above in classes):
            row.fault("code", "duplicate_code", "mã mức xếp loại ghi hai lần")
        _check_order(row, classes[-1] if classes else None, found)
        classes.append(found)
    if classes and (classes[-1].total_floor is not None or classes[-1].area_floor is not None):
        part.fault("classes", "last_class_has_floor", "mức xếp loại cuối không được có cận dưới")
    return tuple(classes), parse_legal_basis(part)


def _check_order(row: Cursor, above: RatingClass | None, found: RatingClass) -> None:
    if above is None:
        return
    steps: tuple[tuple[str, Callable[[RatingClass], Decimal | None]], ...] = (
        ("total_floor", lambda rating: rating.total_floor),
        ("area_floor", lambda rating: rating.area_floor),
    )
    for name, floor_of in steps:
        upper, lower = floor_of(above), floor_of(found)
        if lower is not None and (upper is None or lower > upper):
            row.fault(name, "classes_not_ordered", "cận dưới không được cao hơn mức xếp loại phía trên")
    if (above.total_floor, above.area_floor) == (found.total_floor, found.area_floor):
        row.fault("", "classes_not_ordered", "hai mức xếp loại có cùng cận dưới, mức sau không bao giờ đạt")


def _review(cursor: Cursor, tree: Tree) -> ReviewRule | None:
    if cursor.data.get("review") is None:
        return None
    part = cursor.part("review")
    if part is None:
        return None
    part.known({"areas", "threshold", "basis", "consequence", "note"})
    threshold = part.figure("threshold")
    return ReviewRule(
        _part_keys(part, "areas", tree, ("area",)),
        threshold if threshold is not None else Decimal(0),
        part.text("basis", required=False),
        part.text("consequence", required=False),
    )


def _part_keys(cursor: Cursor, name: str, tree: Tree, roles: tuple[str, ...]) -> tuple[str, ...]:
    keys = cursor.texts(name, most=100)
    for index, key in enumerate(keys):
        node = tree.nodes.get(key)
        if node is None or node.role not in roles:
            cursor.fault(f"{name}/{index}", "unknown_part", f"không có nhóm hoặc lĩnh vực «{key[:100]}»")
    return keys
