"""A rule in its two cells, «Cách tính điểm» and «Quy tắc (JSON)»: both are read and must agree."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.notation import NotationError, parse_notation
from scoring_api.frameworks.domain.notation_printing import print_notation
from scoring_api.frameworks.domain.reading import Cursor, Findings, figure_of
from scoring_api.frameworks.domain.rule_parsing import parse_rule
from scoring_api.frameworks.domain.rule_text import rule_text
from scoring_api.frameworks.domain.rules import Rule
from scoring_api.frameworks.domain.table import CELL_LIMIT, RULE_JSON, RULE_TEXT
from scoring_api.frameworks.domain.table_cells import CellError, text_of

Json = Mapping[str, Any]


def rule_cells(rule: Json, max_points: object) -> tuple[str, str]:
    """Notation alone where it says the whole rule; else the rule in words, and its JSON."""
    notation = print_notation(rule)
    if notation:
        return notation, ""
    return _in_words(rule, max_points), json.dumps(rule, ensure_ascii=False, separators=(",", ":"))


def _in_words(rule: Json, max_points: object) -> str:
    """The rule for people; empty for one that does not parse or that no cell can hold."""
    told = print_notation({name: rule[name] for name in ("measure", "scale") if name in rule})
    if told:
        return told
    parsed = _parsed(rule, max_points)
    words = text_of(rule_text(parsed, _maximum(max_points))) if parsed else ""
    return words if len(words) <= CELL_LIMIT else ""


def _maximum(raw: object) -> Decimal:
    try:
        return figure_of(raw)
    except ValueError:
        return Decimal(0)


def _parsed(rule: Json, max_points: object) -> Rule | None:
    findings = Findings()
    parsed = parse_rule(Cursor(rule, "", findings), _maximum(max_points))
    return None if findings.faults else parsed


def read_rule(text: str, document: str, max_points: object) -> Any:
    """The rule the two cells give, None when both are empty. Raises CellError."""
    if not document:
        try:
            return parse_notation(text) if text else None
        except NotationError as error:
            raise CellError("rule_not_understood", str(error)) from error
    try:
        rule = read_document(document.encode())
    except DomainError as error:
        raise CellError("malformed_json", "không đọc được JSON") from error
    if text and isinstance(rule, Mapping) and not _agree(text, rule, max_points):
        raise CellError(
            "rule_told_twice", f"«{RULE_TEXT}» và «{RULE_JSON}» nói khác nhau: hãy sửa hoặc xoá một trong hai"
        )
    return rule


def _agree(text: str, rule: Json, max_points: object) -> bool:
    """Whether the readable cell says the rule of the JSON; one that is no rule is for the parser to tell."""
    parsed = _parsed(rule, max_points)
    if parsed is None or text == _in_words(rule, max_points):
        return True
    try:
        written = _parsed(parse_notation(text), max_points)
    except NotationError:
        return False
    return written is not None and (written.measure, written.scale) == (parsed.measure, parsed.scale)
