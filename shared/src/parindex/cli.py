"""The command `parindex`: processes and migrations here, each package's own commands by entry point.

A command imports what it needs when it runs: `parindex verify` does not wait for a server it never starts.
"""

import asyncio
import os
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated
from uuid import UUID

import typer

app = typer.Typer(help="parindex — Chỉ số cải cách hành chính cấp tỉnh", no_args_is_help=True)


@app.command("api")
def run_api(service: str, port: int = 8000, host: str = "127.0.0.1") -> None:
    """Chạy API của một dịch vụ (scoring, survey, report)."""
    import uvicorn

    from parindex.service import load_service

    load_service(service)
    uvicorn.run(
        load_service(service).create_app,
        factory=True,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_keep_alive=30,
    )


@app.command("worker")
def run_service_worker(
    service: str, *, check: Annotated[bool, typer.Option(help="Chỉ kiểm tra sức khỏe")] = False
) -> None:
    """Chạy tiến trình xử lý sự kiện của một dịch vụ."""
    from parindex.bus.worker import is_healthy, run_worker
    from parindex.db.engine import Database
    from parindex.service import housekeeping, load_service
    from parindex.telemetry import configure_logging

    chosen = load_service(service)
    settings = chosen.settings()
    if check:
        raise typer.Exit(0 if asyncio.run(is_healthy(settings.redis_url, service)) else 1)
    configure_logging(f"{service}-worker")
    database = Database(settings.database_url, pool_size=settings.database_pool)
    subscriptions = chosen.subscriptions(settings, database)
    recurring = [*chosen.recurring(settings, database), *housekeeping(chosen, database)]
    asyncio.run(run_worker(database, settings.redis_url, service, subscriptions, recurring))


@app.command("migrate")
def run_migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Mặc định: mọi dịch vụ đã cài")] = None,
) -> None:
    """Đưa cơ sở dữ liệu (PARINDEX_DATABASE_URL của quản trị) lên phiên bản mới nhất."""
    from parindex.db.migrations import SchemaPlan, migrate
    from parindex.service import installed_services, load_service

    names = services or installed_services()
    needed = ["PARINDEX_DATABASE_URL", *(f"PARINDEX_{name.upper()}_DATABASE_URL" for name in names)]
    if missing := [variable for variable in needed if not os.environ.get(variable)]:
        typer.echo(f"Thiếu biến môi trường: {', '.join(missing)}", err=True)
        raise typer.Exit(1)
    plans = [
        SchemaPlan(name, load_service(name).migrations, os.environ[f"PARINDEX_{name.upper()}_DATABASE_URL"])
        for name in names
    ]
    asyncio.run(migrate(os.environ["PARINDEX_DATABASE_URL"], plans))
    typer.echo(f"Đã cập nhật lược đồ: bus, {', '.join(plan.name for plan in plans)}")


@app.command("deliveries")
def show_deliveries(
    service: str,
    *,
    replay: Annotated[UUID | None, typer.Option(help="Mã sự kiện cần phát lại")] = None,
) -> None:
    """Liệt kê sự kiện một dịch vụ còn nợ; phát lại một sự kiện đã bỏ cuộc."""
    from parindex.bus import store
    from parindex.db.engine import Database
    from parindex.kernel.clocks import instant_text
    from parindex.service import load_service

    settings = load_service(service).settings()

    async def work() -> list[store.OpenDelivery]:
        database = Database(settings.database_url, pool_size=1)
        try:
            if replay is not None:
                async with database.writing() as connection:
                    if not await store.replay(connection, service, replay):
                        raise typer.BadParameter("không có sự kiện đã bỏ cuộc nào mang mã này")
            async with database.reading() as connection:
                return await store.list_open(connection, service)
        finally:
            await database.close()

    for owed in asyncio.run(work()):
        state = "đã bỏ cuộc" if owed.dead else f"{owed.attempts} lần thử"
        typer.echo(f"{owed.event}  {owed.topic}  {instant_text(owed.occurred_at)}  {state}  {owed.error}")


@app.command("verify-audit")
def verify_audit(
    services: Annotated[list[str] | None, typer.Argument(help="Mặc định: mọi dịch vụ đã cài")] = None,
    *,
    head: Annotated[
        list[str] | None,
        typer.Option(help="Đầu chuỗi đã ghi lại trước đây: <dịch vụ>:<số>:<mã băm>, như lệnh này in ra"),
    ] = None,
) -> None:
    """Kiểm tra chuỗi nhật ký; chỉ ra dòng đầu tiên bị sửa, xóa hoặc chèn. Kết thúc bằng 1 khi có chỗ sai."""
    from parindex.audit_verifying import chain_lines, noted_heads, verify_service
    from parindex.service import installed_services

    chosen = services or installed_services()
    try:
        known = noted_heads(head or [], chosen)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from error
    broken = False
    for name in chosen:
        report = asyncio.run(verify_service(name, known[name]))
        broken = broken or report.bad is not None
        for line in chain_lines(name, report):
            typer.echo(line)
    if broken:
        raise typer.Exit(1)


@app.command("new-migration")
def new_migration(service: str, message: str) -> None:
    """Soạn một bước di trú mới từ khác biệt giữa bảng trong mã và cơ sở dữ liệu (PARINDEX_DATABASE_URL)."""
    from parindex.db.migrations import draft_migration
    from parindex.service import load_service

    chosen = load_service(service)
    asyncio.run(draft_migration(os.environ["PARINDEX_DATABASE_URL"], service, chosen.migrations, message))


def _attach_commands() -> None:
    for entry in entry_points(group="parindex.commands"):
        commands: typer.Typer = entry.load()
        app.registered_commands.extend(commands.registered_commands)


def main() -> None:
    _attach_commands()
    run: Callable[[], None] = app
    try:
        run()
    except ValueError as error:
        from pydantic import ValidationError

        if not isinstance(error, ValidationError) or error.title != "Settings":
            raise
        missing = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        typer.echo(
            f"Thiếu hoặc sai biến môi trường PARINDEX_… cho: {missing}.\n"
            "Trên hệ thống cục bộ, hãy chạy qua `parindex local`, ví dụ: parindex local verify-ledger <đợt>.",
            err=True,
        )
        raise SystemExit(2) from error
