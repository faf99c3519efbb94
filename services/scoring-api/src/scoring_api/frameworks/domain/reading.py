"""Reading untyped JSON with every fault gathered under its JSON pointer; it knows no framework."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.points import parse_decimal
from parindex.kernel.text import nfc

FAULT_LIMIT = 1000
TEXT_LIMIT = 4000
CODE_LIMIT = 60


def figure_of(raw: object) -> Decimal:
    """A figure of JSON: text or whole number. Raises ValueError for the rest, floats and NaN included.

    >>> figure_of("71.5"), figure_of(3)
    (Decimal('71.5'), Decimal('3'))
    """
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise ValueError(type(raw).__name__)  # noqa: TRY004  # one error for every unusable figure
    return parse_decimal(str(raw))


def pointer_part(key: str) -> str:
    """A key as a part of a JSON pointer, cut to a sane length: `I/3` stands as `I~13`."""
    return key[:200].replace("~", "~0").replace("/", "~1")


@dataclass(slots=True)
class Findings:
    """The faults of one input, in the order they are met; what exceeds the limit is dropped.

    `rows` bounds how much of the input is read at all: objects of lists, options, pieces of formulas.
    """

    faults: list[Fault] = field(default_factory=list)
    rows: int | None = None
    _read: int = 0

    def add(self, pointer: str, code: str, detail: str) -> None:
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(Fault(pointer, code, detail))

    def spend(self, pointer: str, rows: int) -> bool:
        """Whether so many more rows may be read; the first time they may not is a fault."""
        before, self._read = self._read, self._read + rows
        if self.rows is None or self._read <= self.rows:
            return True
        if before <= self.rows:
            self.add(pointer, "too_many_rows", f"tài liệu có quá {self.rows} dòng, không đọc tiếp")
        return False

    def refuse(self, code: str) -> None:
        """Raises the one error with all faults, if there are any."""
        if self.faults:
            raise DomainError(code, {"count": len(self.faults)}, tuple(self.faults))


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a JSON document: an object, its pointer, and where its faults go."""

    data: Mapping[str, Any]
    pointer: str
    findings: Findings

    def fault(self, name: str, code: str, detail: str) -> None:
        self.findings.add(f"{self.pointer}/{name}" if name else self.pointer, code, detail)

    def known(self, names: Iterable[str]) -> None:
        """A misspelt attribute must not pass in silence: it would change points."""
        allowed = names if isinstance(names, set) else set(names)
        if not self.data.keys() <= allowed:
            for name in sorted(str(key) for key in self.data.keys() - allowed):
                said = f"thuộc tính «{name[:60]}» không có trong mẫu"
                self.fault(pointer_part(name), "unknown_attribute", said)
        if "note" in self.data:  # a remark says nothing to the program, yet people read it
            self.text("note", required=False)

    def text(self, name: str, *, required: bool = True, limit: int = TEXT_LIMIT) -> str:
        raw = self.data.get(name)
        if raw is None and not required:
            return ""
        if not isinstance(raw, str) or len(raw) > limit or (required and not raw.strip()):
            self.fault(name, "not_a_text", f"phải là chữ, không rỗng, không quá {limit} ký tự")
            return ""
        return nfc(raw)

    def day(self, name: str) -> str:
        """An ISO day that is in the calendar; may be missing."""
        text = self.text(name, required=False, limit=10)
        try:
            return calendar_day(text)
        except ValueError:
            self.fault(name, "not_a_day", "phải là ngày có thật dạng YYYY-MM-DD, ví dụ «2022-12-15»")
            return ""

    def choice(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        raw = self.data.get(name, default)
        options = tuple(allowed)
        if not isinstance(raw, str) or raw not in options:
            self.fault(name, "unknown_choice", f"phải là một trong: {', '.join(options)}")
            return default or options[0]
        return raw

    def flag(self, name: str, *, default: bool) -> bool:
        raw = self.data.get(name, default)
        if not isinstance(raw, bool):
            self.fault(name, "not_a_flag", "phải là true hoặc false")
            return default
        return raw

    def figure(self, name: str, default: str | None = None, *, least: int | None = 0) -> Decimal | None:
        """A figure not under `least`; None after a fault."""
        return self.check_figure(name, self.data.get(name, default), least=least)

    def optional_figure(self, name: str) -> Decimal | None:
        """A figure or null."""
        return None if self.data.get(name) is None else self.figure(name)

    def check_figure(self, name: str, raw: object, *, least: int | None = 0) -> Decimal | None:
        try:
            value = figure_of(raw)
        except ValueError:
            self.fault(name, "not_a_figure", "phải là một số hữu hạn viết dạng chữ, ví dụ «71.5»")
            return None
        if least is not None and value < least:
            self.fault(name, "figure_too_small", f"không được nhỏ hơn {least}")
            return None
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        raw = self.data.get(name, default)
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            self.fault(name, "not_a_whole_number", f"phải là số nguyên từ {least} đến {most}")
            return default
        return raw

    def codes(self, name: str, *, most: int) -> "Cursor | None":
        """The object under a name whose keys are codes of the document's own; None after a fault."""
        part = self.part(name)
        if part is None:
            return None
        if not 0 < len(part.data) <= most:
            self.fault(name, "not_a_list", f"phải có từ 1 đến {most} mục")
            return None
        wrong = [key for key in part.data if not key.strip() or len(key) > CODE_LIMIT or "/" in key]
        if wrong:
            said = f"mã không được rỗng, dài quá {CODE_LIMIT} ký tự hay chứa dấu «/»"
            part.fault(pointer_part(wrong[0]), "not_a_code", said)
            return None
        return part if self.findings.spend(part.pointer, len(part.data)) else None

    def part(self, name: str) -> "Cursor | None":
        """The object under a name; None after a fault."""
        raw = self.data.get(name)
        if not isinstance(raw, Mapping):
            self.fault(name, "not_an_object", "phải là một đối tượng")
            return None
        return Cursor(raw, f"{self.pointer}/{name}", self.findings)

    def rows(self, name: str, *, most: int, required: bool = False) -> "list[Cursor]":
        """The objects of a list; rows that are no objects are faults and left out."""
        raw = self.data.get(name)
        if raw is None and not required:
            return []
        if not isinstance(raw, list) or len(raw) > most or (required and not raw):
            self.fault(name, "not_a_list", f"phải là danh sách không rỗng, không quá {most} mục")
            return []
        if not self.findings.spend(f"{self.pointer}/{name}", len(raw)):
            return []
        found = []
        for index, item in enumerate(raw):
            if isinstance(item, Mapping):
                found.append(Cursor(item, f"{self.pointer}/{name}/{index}", self.findings))
            else:
                self.fault(f"{name}/{index}", "not_an_object", "phải là một đối tượng")
        return found

    def texts(self, name: str, *, most: int, required: bool = False) -> tuple[str, ...]:
        """Different texts of a list."""
        raw = self.data.get(name)
        if raw is None and not required:
            return ()
        proper = isinstance(raw, list) and len(raw) <= most and all(isinstance(item, str) for item in raw)
        if not proper or (required and not raw):
            self.fault(name, "not_a_list", f"phải là danh sách chữ, không quá {most} mục")
            return ()
        assert isinstance(raw, list)
        if len(set(raw)) != len(raw):
            self.fault(name, "listed_twice", "có mục ghi hai lần")
        return tuple(raw)
