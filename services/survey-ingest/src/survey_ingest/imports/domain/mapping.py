"""What a source of files declares once for all of them: its columns, its scales, its group."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from parindex.kernel.errors import Fault
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.imports.domain.columns import field_faults
from survey_ingest.imports.domain.scales import WrittenScale, scale_faults, tables


def scales_of(data: Sequence[Mapping[str, Any]]) -> list[WrittenScale]:
    """The scales behind plain data."""
    return [
        WrittenScale(dict(item["values"]), tuple(item.get("questions", ())), item.get("reason", ""))
        for item in data
    ]


def mapping_faults(
    form: BallotForm,
    columns: Mapping[str, str],
    group: str,
    scales: Sequence[WrittenScale],
    used: Sequence[Sequence[WrittenScale]],
    change_reason: str,
) -> list[Fault]:
    """Every fault of a mapping; `used` are the scales that earlier files of the source came in.

    A source that begins to write in another scale says so, or its years would silently not compare.
    """
    faults = [*field_faults(form, columns), *_repeated(columns), *scale_faults(form, scales)]
    if group and group not in form.groups:
        faults.append(Fault("/group", "group_unknown", f"mẫu phiếu không có đối tượng «{group}»"))
    if not change_reason and any(tables(form, earlier) != tables(form, scales) for earlier in used):
        detail = "các tệp trước của nguồn này ghi theo thang đo khác: hãy ghi lý do đổi thang đo"
        faults.append(Fault("/change_reason", "scale_changed", detail))
    return faults


def _repeated(columns: Mapping[str, str]) -> Iterator[Fault]:
    """A file has every column of its mapping, so no two of them may hold the same field."""
    first: dict[str, str] = {}
    for column, field in columns.items():
        if (other := first.setdefault(field, column)) != column:
            yield Fault("/mapping", "field_repeated", f"cột «{column}» và cột «{other}» cùng là «{field}»")
