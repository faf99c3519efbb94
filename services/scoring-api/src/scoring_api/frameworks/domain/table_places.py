"""Where in a workbook a part of the definition was read from: its faults name sheet, row and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parindex.kernel.errors import Fault
from scoring_api.frameworks.domain import table
from scoring_api.frameworks.domain.reading import Findings

_SHEETS: Mapping[str, str] = {
    "": table.GENERAL,
    "/nodes": table.TREE,
    "/bands": table.BANDS,
    "/ratings": table.RATINGS,
    "/ratings/classes": table.RATINGS,
    "/review": table.REVIEW,
}
_COLUMNS = {column.name: column for columns in table.COLUMNS.values() for column in columns}


def place(sheet: str, row: int | None = None, column: str = "") -> str:
    """A place as people find it.

    >>> place("Bộ tiêu chí", 12, "Điểm tối đa")
    '«Bộ tiêu chí»!12/Điểm tối đa'
    """
    at = f"«{sheet}»" if row is None else f"«{sheet}»!{row}"
    return f"{at}/{column}" if column else at


@dataclass(slots=True)
class Places:
    """The faults of a workbook while it is read, and the rows its parts came from by JSON pointer."""

    findings: Findings = field(default_factory=Findings)
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    in_json: set[str] = field(default_factory=set)  # pointers of the nodes whose rule came as JSON

    def fault(self, sheet: str, row: int | None, column: str, code: str, detail: str) -> None:
        self.findings.add(place(sheet, row, column), code, detail)

    def translate(self, faults: tuple[Fault, ...]) -> None:
        """Faults of the definition at their cells; a cell that could not be read has told its own."""
        told = {fault.pointer for fault in self.findings.faults}
        for fault in faults:
            found = self._locate(fault.pointer)
            if not any(found == earlier or found.startswith(f"{earlier}/") for earlier in told):
                self.findings.add(found, fault.code, _told(fault))

    def _locate(self, pointer: str) -> str:
        """The cell behind the longest part of the pointer that was read from a row."""
        parts = pointer.split("/")
        for end in range(len(parts), 0, -1):
            prefix, rest = "/".join(parts[:end]), parts[end:]
            if prefix in self.rows:
                sheet, row = self.rows[prefix]
                return place(sheet, row, self._column(sheet, prefix, rest))
            if prefix in _SHEETS:
                return place(_SHEETS[prefix], None, self._column(_SHEETS[prefix], prefix, rest))
        return pointer

    def _column(self, sheet: str, prefix: str, rest: list[str]) -> str:
        if not rest:
            return (
                table.FIELD_TITLES[1]
                if sheet in {table.GENERAL, table.REVIEW} and prefix in self.rows
                else ""
            )
        if rest[0] == "rule":
            return "/".join([table.RULE_JSON, *rest[1:]]) if prefix in self.in_json else table.RULE_TEXT
        titles = {column.name: column.title for column in table.COLUMNS[sheet]}
        return titles.get(rest[0], rest[0])


def _told(fault: Fault) -> str:
    """The fault in the words of the table, where those of the definition are for programs.

    >>> _told(Fault("/nodes/0/missing", "unknown_choice", "phải là một trong: zero, exclude, council"))
    'phải là một trong: 0 điểm; Loại khỏi điểm tối đa; Hội đồng quyết định'
    """
    name = fault.pointer.rpartition("/")[2]
    if (name, fault.code) == ("rule", "not_an_object"):
        return "chưa ghi cách tính điểm"
    column = None if "/rule/" in fault.pointer else _COLUMNS.get(name)
    if column is not None and column.labels and fault.code == "unknown_choice":
        return f"phải là một trong: {'; '.join(column.labels.values())}"
    if column is not None and fault.code == "not_a_figure":
        return "phải là một số, ví dụ 71,5"
    return fault.detail
