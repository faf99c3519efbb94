"""Step 6: what the terminal shows — two rankings, the discrepancies, files, addresses, times."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from parindex.kernel.points import vietnamese

LEVELS = {"department": "Các sở, ban, ngành tỉnh", "district": "UBND các huyện, thị xã, thành phố"}
GRADES = {"contradiction": "[red]mâu thuẫn[/]", "notice": "[yellow]lưu ý[/]"}


def show_ranking(console: Console, index: Mapping[str, Any], level: str) -> None:
    """One level's table in rank order."""
    table = Table(title=f"{LEVELS[level]}, năm {index['year']}", title_justify="left", expand=False)
    for name, justify in (
        ("Hạng", "right"), ("Đơn vị", "left"), ("Điểm", "right"), ("%", "right"), ("+/−", "right"),
        ("Nhóm", "left"), ("Người đứng đầu", "left"), ("Chưa đạt mức trên vì", "left"), ("Kiểm điểm", "left"),
    ):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    rows = [unit for unit in index["units"] if unit["level"] == level]
    for unit in sorted(rows, key=lambda unit: unit["rank"]):
        table.add_row(
            str(unit["rank"]),
            unit["name"],
            _figure(unit["points"]),
            _figure(unit["percent"]),
            _change(unit["change"]),
            unit["band_name"],
            unit["rating_name"].removesuffix(" nhiệm vụ"),
            _blocked(unit["blocked_by"]),
            ", ".join(_review(review) for review in unit["reviews"]),
        )
    console.print(table)


def _figure(text: str) -> str:
    return vietnamese(Decimal(text)) if text else ""


def _change(change: int | None) -> str:
    if change is None:
        return ""
    return f"[green]+{change}[/]" if change > 0 else f"[red]−{-change}[/]" if change < 0 else "0"


def _blocked(blocked: Mapping[str, str] | None) -> str:
    if blocked is None:
        return ""
    what = "tổng" if blocked["kind"] == "total" else blocked["name"]
    return f"{what} {_figure(blocked['percent'])} < {blocked['floor']}"


def _review(review: Mapping[str, Any]) -> str:
    years = review["consecutive_years"]
    return f"{review['area']} {_figure(review['percent'])}" + (f" ({years} năm)" if years > 1 else "")


def show_discrepancies(console: Console, found: Sequence[Mapping[str, Any]]) -> None:
    console.print("\n[bold]Báo cáo đã in nói khác chính nó hoặc khác kết quả tính:[/]")
    for discrepancy in found:
        console.print(f"  {GRADES[discrepancy['grade']]}  {discrepancy['message']}")


def show_end(
    console: Console, files: Sequence[Path], urls: Mapping[str, str], times: Sequence[tuple[str, float]]
) -> None:
    """Files, addresses and the time of each step."""
    console.print("\n[bold]Tệp:[/]")
    for file in files:
        console.print(f"  {file}  ({vietnamese(file.stat().st_size)} byte)")
    console.print("\n[bold]Địa chỉ:[/]")
    console.print(f"  {urls['scoring']}/api/v1/editions/2022/latest")
    console.print(f"  {urls['scoring']}/api/v1/editions/2022/1/units/so-noi-vu")
    console.print(f"  {urls['report']}/api/v1/documents?period=2022")
    console.print("\n[bold]Thời gian từng bước:[/]")
    for name, seconds in times:
        console.print(f"  {vietnamese(Decimal(f'{seconds:.1f}'), 1):>6} giây  {name}")
    total = sum(seconds for _, seconds in times)
    console.print(f"  {vietnamese(Decimal(f'{total:.1f}'), 1):>6} giây  tất cả")
