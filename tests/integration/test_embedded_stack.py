"""The stack with small processes in the place of the services: order, secrets, restarts, two side by side."""

import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import redis
from click.testing import Result
from typer.testing import CliRunner

from parindex.kernel.clocks import VIETNAM, parse_instant
from parindex_embedded.cli import commands
from parindex_embedded.environment import Environment, ExternalServers, service_database_url
from parindex_embedded.processes import StackError, is_running, processes_in, wait_until
from parindex_embedded.servers import FolderLock
from parindex_embedded.specs import SERVICE_PROCESSES, ProcessSpec
from parindex_embedded.stack import Stack
from parindex_embedded.state import read_state

TELL = "import os; print(*sorted(name for name in os.environ if name.startswith('PARINDEX_')), flush=True)"
MIGRATION = (sys.executable, "-c", TELL)
API = ProcessSpec(
    "api-scoring",
    "scoring",
    (sys.executable, "-m", "http.server", "{port}", "-b", "127.0.0.1"),
    ready_path="/",
    live_path="/",
)
WORKER = ProcessSpec(
    "worker-survey",
    "survey",
    (sys.executable, "-c", f"{TELL}; print('worker ready', flush=True); import time; time.sleep(600)"),
    ready_line="worker ready",
)


def small_stack(home: Path, **options: bool) -> Stack:
    return Stack(home, processes=(API, WORKER), migration=MIGRATION, fsync=False, **options)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with small_stack(tmp_path_factory.mktemp("first"), rehearsal=True) as running:
        yield running


async def count(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def secret(names: set[str]) -> set[str]:
    return {name for name in names if name.endswith(("_DATABASE_URL", "_KEY"))}


def test_each_process_sees_its_own_secrets_only(stack: Stack) -> None:
    migration = set(stack.log_of("migrate").read_text().split())
    worker = set(stack.log_of("worker-survey").read_text().split("worker")[0].split())
    common = {"PARINDEX_ENV", "PARINDEX_REDIS_URL", "PARINDEX_SCORING_URL", "PARINDEX_EVIDENCE_DIR"}
    common.add("PARINDEX_REHEARSAL_CLOCK")
    roles = {f"PARINDEX_{name}_DATABASE_URL" for name in ("SCORING", "SURVEY", "REPORT")}
    assert common <= worker
    assert common <= migration
    own = {f"PARINDEX_SURVEY_{name}" for name in ("DATABASE_URL", "SIGNING_KEY", "PERSONAL_KEY")}
    assert secret(worker) == own
    assert secret(migration) == roles | {"PARINDEX_DATABASE_URL"}


def test_secrets_are_private_and_stay(stack: Stack) -> None:
    for name in ("secrets.json", "personal-key.json", "environment.json", "postgres/password"):
        assert (stack.home / name).stat().st_mode & 0o077 == 0, name
    saved = Environment.load(stack.home)
    assert saved == stack.environment
    keys = [saved.of_service(name)[f"PARINDEX_{name.upper()}_SIGNING_KEY"] for name in ("scoring", "survey")]
    assert keys[0] != keys[1]
    told = (stack.home / "stack.json").read_text()
    assert "password" not in told
    assert urlsplit(stack.redis_url).password not in told


def test_killed_service_returns_on_its_port(stack: Stack) -> None:
    url, before = stack.urls["scoring"], stack.pid_of("api-scoring")
    stack.kill("api-scoring")
    assert not stack.is_ready("api-scoring")
    stack.wait_ready("api-scoring", timeout=15)
    assert stack.pid_of("api-scoring") != before
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=2):
        pass
    stack.kill("worker-survey")
    stack.wait_ready("worker-survey", timeout=15)

    def recorded() -> bool:
        facts = read_state(stack.home)["processes"]["worker-survey"]
        return facts == {"pid": stack.pid_of("worker-survey"), "restarts": 1}

    assert wait_until(recorded, timeout=5)


async def test_killed_postgres_returns_with_its_rows(stack: Stack) -> None:
    await count(stack.admin_url, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS id")
    stack.kill("postgres")
    stack.wait_ready("postgres", timeout=15)
    assert await count(stack.admin_url, "SELECT count(*) FROM kept") == 100
    stack.restart_postgres(kill=True)
    assert await count(stack.admin_url, "SELECT count(*) FROM kept") == 100


def test_outage_lasts_as_long_as_its_block(stack: Stack) -> None:
    with redis.Redis.from_url(stack.redis_url) as client:
        client.set("wake", "1")
        with stack.outage("valkey"):
            time.sleep(0.4)
            assert not stack.is_ready("valkey")
        assert client.get("wake") == b"1"
        stack.flush_redis()
        assert client.get("wake") is None


def test_rehearsal_clock_is_what_was_set(stack: Stack) -> None:
    instant = datetime(2023, 1, 11, tzinfo=VIETNAM)
    stack.set_clock(instant)
    clock = Path(stack.env_of("api-scoring")["PARINDEX_REHEARSAL_CLOCK"])
    assert parse_instant(clock.read_text(encoding="ascii")) == instant
    assert stack.env_of("api-scoring")["PARINDEX_ENV"] == "rehearsal"


async def test_two_stacks_live_side_by_side_and_apart(stack: Stack, tmp_path: Path) -> None:
    with small_stack(tmp_path) as other:
        assert set(other.urls.values()).isdisjoint(stack.urls.values())
        assert other.env_of("api-scoring")["PARINDEX_ENV"] == "development"
        await count(other.admin_url, "CREATE TABLE only_here AS SELECT 1 AS id")
        assert await count(stack.admin_url, "SELECT to_regclass('only_here')") is None
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stack.admin_url.split("@")[0] + "@" + other.admin_url.split("@")[1])
        with pytest.raises(StackError, match="sử dụng"):
            small_stack(tmp_path).start()
        assert other.is_ready("postgres")
        with pytest.raises(StackError, match="Chỉ hệ thống diễn tập"):
            other.set_clock(datetime(2023, 1, 11, tzinfo=VIETNAM))
        ports = read_state(tmp_path)["ports"]
    assert processes_in(tmp_path / "postgres/data") == []
    assert read_state(tmp_path)["ports"] == ports
    assert not read_state(tmp_path)["ready"]


def test_service_that_cannot_start_is_named_and_everything_ends(tmp_path: Path) -> None:
    broken = ProcessSpec(
        "worker-report", "report", (sys.executable, "-c", "raise SystemExit('hỏng khóa ký')")
    )
    with pytest.raises(StackError, match="worker-report không sẵn sàng:\nhỏng khóa ký"):
        Stack(tmp_path, processes=(WORKER, broken), migration=MIGRATION, fsync=False).start()
    assert FolderLock(tmp_path).holder() is None
    assert processes_in(tmp_path / "postgres/data") == []


async def test_given_servers_are_used_and_left_alone(stack: Stack, tmp_path: Path) -> None:
    servers = ExternalServers(stack.admin_url, stack.redis_url)
    with Stack(tmp_path, processes=(WORKER,), migration=MIGRATION, external=servers) as guest:
        assert guest.admin_url == stack.admin_url
        assert not (tmp_path / "postgres").exists()
        for service in ("scoring", "survey", "report"):
            ours, theirs = (service_database_url(each.admin_url, service) for each in (guest, stack))
            assert ours == theirs, "two clones on one server agree on the roles' passwords"
        with pytest.raises(StackError, match="Không có tiến trình postgres"):
            guest.restart_postgres()
    assert stack.is_ready("postgres")
    assert await count(stack.admin_url, "SELECT 1") == 1


def test_administrator_without_password_is_refused() -> None:
    with pytest.raises(StackError, match="phải có mật khẩu"):
        service_database_url("postgresql://postgres@db/parindex", "survey")


def test_every_service_has_an_api_and_a_worker() -> None:
    assert [spec.name for spec in SERVICE_PROCESSES if spec.needs_port] == [
        "api-scoring",
        "api-survey",
        "api-report",
    ]
    assert {spec.name for spec in SERVICE_PROCESSES if spec.ready_line} == {
        "worker-scoring",
        "worker-survey",
        "worker-report",
    }


def speaks_of_what_runs(home: Path, supervisor: subprocess.Popen[bytes]) -> None:
    def parindex(*words: str) -> Result:
        return CliRunner().invoke(commands, words, env={"PARINDEX_HOME": str(home), "COLUMNS": "120"})

    told = parindex("status").stdout
    assert "Sẵn sàng" in told
    assert told.count("đang chạy") == 4
    assert "worker-survey | worker ready" in parindex("logs").stdout
    assert "worker ready" in parindex("logs", "worker-survey", "-n", "1").stdout.splitlines()
    assert "Không có nhật ký api-x; đang có: api-scoring, migrate" in parindex("logs", "api-x").stderr
    assert "đang chạy rồi" in parindex("up").stdout
    assert "đã dừng" in parindex("down").stdout
    assert supervisor.wait(timeout=1) == 0
    assert parindex("status").exit_code == 1
    assert "Không có gì đang chạy" in parindex("down").stdout


SUPERVISOR = textwrap.dedent("""
    import sys
    from pathlib import Path
    from parindex_embedded.supervisor import keep_running
    from tests.integration.test_embedded_stack import small_stack
    keep_running(small_stack(Path(sys.argv[1])))
""")


def test_supervisor_killed_or_asked_takes_all_with_it(tmp_path: Path) -> None:
    def supervise() -> tuple[subprocess.Popen[bytes], list[int]]:
        supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(tmp_path)])
        assert wait_until(lambda: told_by(supervisor.pid), timeout=30)
        return supervisor, [facts["pid"] for facts in read_state(tmp_path)["processes"].values()]

    def told_by(pid: int) -> bool:
        state = read_state(tmp_path)
        return state.get("supervisor") == pid and bool(state["ready"])

    supervisor, children = supervise()
    ports = read_state(tmp_path)["ports"]
    assert len(children) == 4
    assert FolderLock(tmp_path).holder() == supervisor.pid
    supervisor.kill()
    supervisor.wait()
    supervisor, later = supervise()  # at once: the dying servers are waited for
    assert wait_until(lambda: not any(is_running(pid) for pid in children), timeout=5)
    assert read_state(tmp_path)["ports"].keys() == ports.keys()
    speaks_of_what_runs(tmp_path, supervisor)
    assert not any(is_running(pid) for pid in later)
    assert FolderLock(tmp_path).holder() is None
