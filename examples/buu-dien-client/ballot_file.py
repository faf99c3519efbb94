"""Ballots as an office keys them into a CSV file: one row a ballot, read whole or not at all."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

FIELDS = ("id", "serial", "batch", "questionnaire", "group", "unit", "collected_at")
REQUIRED = ("serial", "batch", "questionnaire", "group")
COMMENT, EXPLANATION = "comment.", "explain."


class BallotFileError(ValueError):
    """What is wrong, in Vietnamese: of a file one text with every line, of a ballot one argument a fault."""


def read_file(path: Path, defaults: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The ballots of a file; `defaults` stand in for columns that it has not.

    Columns are FIELDS, `comment.<question>`, `explain.<warning>` and either one column `answers` with the
    answers separated by spaces, or one column a question in the order of the questionnaire.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BallotFileError(f"Không đọc được tệp {path} (cần mã UTF-8): {error}") from error
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    bodies, faults = [], list(_heading_faults(reader.fieldnames or []))
    for row in reader:
        if not any(row.values()):
            continue
        try:
            bodies.append(
                ballot({**{name: value for name, value in defaults.items() if value}, **_filled(row)})
            )
        except BallotFileError as error:
            faults += [f"dòng {reader.line_num}: {fault}" for fault in error.args]
    if faults:
        raise BallotFileError(
            f"Tệp {path.name} có {len(faults)} chỗ sai, chưa nạp phiếu nào:\n" + "\n".join(faults)
        )
    return bodies


def _heading_faults(names: Sequence[str]) -> Iterator[str]:
    for name, count in Counter(name.strip() for name in names).items():
        if count > 1:
            yield f"dòng tiêu đề: {count} cột cùng tên «{name}»"


def ballot(row: Mapping[str, str]) -> dict[str, Any]:
    """A ballot as the API takes it. Raises BallotFileError with every fault."""
    answers, faults = _answers(row)
    if missing := [name for name in REQUIRED if not row.get(name)]:
        faults.insert(0, f"thiếu {', '.join(missing)}")
    if (day := row.get("collected_at")) and not _is_day(day):
        faults.append(f"collected_at: «{day}» không phải ngày dạng YYYY-MM-DD")
    if faults:
        raise BallotFileError(*faults)
    body: dict[str, Any] = {name: row[name] for name in FIELDS if row.get(name)}
    for name, prefix in (("comments", COMMENT), ("explanations", EXPLANATION)):
        if found := {key.removeprefix(prefix): row[key] for key in row if key.startswith(prefix)}:
            body[name] = found
    return {**body, "answers": answers}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _filled(row: Mapping[Any, Any]) -> dict[str, str]:
    """The cells of a row; an empty one says nothing, but for an answer, which must say 0."""
    if None in row or None in row.values():
        raise BallotFileError("số ô khác số cột của dòng tiêu đề")
    cells = {str(name).strip(): str(value).strip() for name, value in row.items()}
    return {name: value for name, value in cells.items() if value or _is_question(name)}


def _is_question(name: str) -> bool:
    return name not in FIELDS and not name.startswith((COMMENT, EXPLANATION))


def _answers(row: Mapping[str, str]) -> tuple[list[int], list[str]]:
    """The answers and what is wrong with them."""
    cells = {name: row[name] for name in row if _is_question(name)}
    if set(cells) == {"answers"}:
        cells = {f"câu {number}": cell for number, cell in enumerate(cells["answers"].split(), 1)}
    if not cells:
        return [], ["không có câu trả lời nào"]
    answers, faults = [], []
    for name, cell in cells.items():
        try:
            answers.append(int(cell))
        except ValueError:
            faults.append(f"{name}: «{cell}» không phải số phương án (bỏ trống ghi 0, hai ô ghi -1)")
    return answers, faults
