"""The commands `up down status logs demo`: they speak with people; the stack does the work."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from parindex_embedded.environment import Environment, ExternalServers
from parindex_embedded.processes import Process, StackError, is_running, wait_until
from parindex_embedded.servers import FolderLock
from parindex_embedded.specs import PARINDEX
from parindex_embedded.stack import Stack
from parindex_embedded.state import read_state

UP_TIMEOUT = 300
DOWN_TIMEOUT = 60
LABELS = {"scoring": "Chấm điểm và công bố", "survey": "Điều tra xã hội học", "report": "Văn bản"}

commands = typer.Typer()
console = Console(highlight=False, soft_wrap=True)


def home_folder() -> Path:
    """PARINDEX_HOME, or `.parindex` in the checkout that this package runs from, or in the current folder."""
    if chosen := os.environ.get("PARINDEX_HOME"):
        return Path(chosen).resolve()
    checkout = Path(__file__).resolve().parents[4]
    return (checkout if (checkout / "Makefile").exists() else Path.cwd()) / ".parindex"


@commands.command()
def up(
    *, rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Dùng đồng hồ diễn tập")] = False
) -> None:
    """Khởi động hệ thống cục bộ, giữ cho nó chạy và in các địa chỉ."""
    home = home_folder()
    if FolderLock(home).holder() is None:
        _launch(home, rehearsal=rehearsal)
    elif read_state(home).get("ready"):
        console.print("Hệ thống đang chạy rồi.")
    else:
        raise _refusal("Hệ thống đang chạy nhưng chưa sẵn sàng, hoặc đang dừng; xem `parindex status`.")
    _print_addresses(home)


def _launch(home: Path, *, rehearsal: bool) -> None:
    """Start the supervisor, which outlives this command, and follow it until the stack is ready."""
    words = [sys.executable, "-m", "parindex_embedded.supervisor", str(home)]
    words += ["--rehearsal"] if rehearsal else []
    log = home / "logs/supervisor.log"
    supervisor = Process("supervisor", words, log=log, dies_with_parent=False)
    supervisor.start()
    began = time.monotonic()
    with console.status("Đang khởi động") as line:
        while not _is_ready(home, supervisor.pid):
            if not supervisor.alive or time.monotonic() - began > UP_TIMEOUT:
                supervisor.stop()
                raise _refusal(supervisor.last_words() or "Hệ thống không khởi động được.")
            line.update(read_state(home).get("phase", "Đang khởi động"))
            time.sleep(0.05)
    console.print(f"Hệ thống đã sẵn sàng sau {time.monotonic() - began:.1f} giây.".replace(".", ",", 1))


def _is_ready(home: Path, supervisor: int | None) -> bool:
    state = read_state(home)
    return state.get("supervisor") == supervisor and bool(state.get("ready"))


def _print_addresses(home: Path) -> None:
    state = read_state(home)
    for service, url in state.get("urls", {}).items():
        console.print(f"  {LABELS.get(service, service):<22}{url}")
    for server, label in (("postgres", "PostgreSQL"), ("valkey", "Valkey")):
        if server in state.get("processes", {}):
            console.print(f"  {label:<22}127.0.0.1:{state['ports'][server]}")
    console.print(f"  {'Nhật ký':<22}{home / 'logs'}")
    if token := _administrator_token(home):
        console.print(f"  {'Mã quản trị':<22}{token}")


def _administrator_token(home: Path) -> str | None:
    """A fresh token from scoring-api's own command; none when scoring-api is not installed here."""
    words = [PARINDEX, "token", "--role", "administrator", "--subject", "quan-tri"]
    variables = Environment.load(home).of_service("scoring")
    made = subprocess.run(words, check=False, capture_output=True, text=True, env=variables)
    return made.stdout.strip() if made.returncode == 0 else None


@commands.command()
def down() -> None:
    """Dừng hệ thống cục bộ; dữ liệu được giữ lại."""
    lock = FolderLock(home_folder())
    pid = lock.holder()
    if pid is None:
        console.print("Không có gì đang chạy.")
        return
    os.kill(pid, signal.SIGTERM)
    with console.status("Đang dừng"):
        if not wait_until(lambda: lock.holder() is None, DOWN_TIMEOUT, pause=0.05):
            os.kill(pid, signal.SIGKILL)
    console.print("Hệ thống đã dừng; dữ liệu còn nguyên.")


@commands.command()
def status() -> None:
    """Cho biết cái gì đang chạy, ở đâu, từ bao giờ. Mã thoát 1 khi không chạy hoặc chưa sẵn sàng."""
    home = home_folder()
    state = read_state(home)
    if FolderLock(home).holder() is None:
        raise _refusal("Không chạy.")
    console.print(f"{state['phase']}, từ {state['started']}, tiến trình giám sát {state['supervisor']}")
    table = Table("Tiến trình", "PID", "Cổng", "Khởi động lại", "Trạng thái")
    for name, process in state["processes"].items():
        condition = "đang chạy" if is_running(process["pid"]) else "đã dừng"
        port = state["ports"].get(name, "")
        table.add_row(name, str(process["pid"]), str(port), str(process["restarts"]), condition)
    console.print(table)
    if not state["ready"]:
        raise typer.Exit(1)


@commands.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def local(context: typer.Context) -> None:
    """Chạy một lệnh quản trị trên hệ thống cục bộ, ví dụ: parindex local verify-ledger <đợt>."""
    if not context.args:
        raise _refusal("Thiếu lệnh cần chạy, ví dụ: parindex local verify-audit")
    try:
        kept = Environment.load(home_folder())
    except StackError as fault:
        raise _refusal(str(fault)) from None
    variables = {name: value for service in LABELS for name, value in kept.of_service(service).items()}
    os.execve(PARINDEX, [PARINDEX, *context.args], variables)  # noqa: S606 — our own program


@commands.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="Tên tiến trình; mặc định: tất cả")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Theo dõi tiếp")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="Số dòng cuối của mỗi tiến trình")] = 40,
) -> None:
    """In nhật ký của một hoặc mọi tiến trình."""
    folder = home_folder() / "logs"
    found = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if name is not None and name not in found:
        raise _refusal(f"Không có nhật ký {name}; đang có: {', '.join(found) or 'chưa có gì'}.")
    chosen = {name: found[name]} if name else found
    ends = {key: path.stat().st_size for key, path in chosen.items()}
    for key, path in chosen.items():
        for text in path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]:
            print(text if name else f"{key} | {text}")
    while follow:
        for key, path in chosen.items():
            for text in _new_lines(path, ends):
                print(text if name else f"{key} | {text}", flush=True)
        time.sleep(0.2)


def _new_lines(path: Path, ends: dict[str, int]) -> Iterator[str]:
    """Whole lines written since the last look; a log that was begun anew is read from its start."""
    size = path.stat().st_size
    start = ends[path.stem] if ends[path.stem] <= size else 0
    with path.open("rb") as source:
        source.seek(start)
        text, _, rest = source.read(size - start).rpartition(b"\n")
    ends[path.stem] = size - len(rest)
    yield from text.decode(errors="replace").splitlines()


@commands.command()
def demo() -> None:
    """Diễn lại trọn năm 2022 của Hải Dương, từ đơn vị đầu tiên đến báo cáo đã ký."""
    home = home_folder() / "demo"
    if FolderLock(home).holder() is not None:
        raise _refusal("Một buổi diễn khác đang chạy.")
    shutil.rmtree(home, ignore_errors=True)
    story = import_module("parindex_embedded.demo.story")
    stack = Stack(
        home,
        rehearsal=True,
        fsync=False,  # the next demo begins with an empty folder anyway
        external=ExternalServers.from_variables(),
        progress=console.print,
    )
    try:
        with stack:
            story.run_demo(stack)
            if sys.stdin.isatty():
                console.input("\nHệ thống còn chạy để xem các địa chỉ trên; nhấn Enter để dừng. ")
    except StackError as fault:
        raise _refusal(str(fault)) from None


def _refusal(message: str) -> typer.Exit:
    """Say why and leave with code 1."""
    typer.echo(message, err=True)
    return typer.Exit(1)
