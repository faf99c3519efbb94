"""The embedded servers: they keep what they acknowledged, refuse a second launcher, run as root and as anybody."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import redis

from parindex.bus.redis import connect, queue_name
from parindex_embedded import postgres as postgres_module
from parindex_embedded.environment import signing_keys
from parindex_embedded.postgres import NOBODY, Postgres
from parindex_embedded.processes import StackError, is_running, processes_in
from parindex_embedded.servers import FolderLock, free_port
from parindex_embedded.valkey import Valkey

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="chỉ kiểm được khi chạy bằng root")


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres")
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    yield server
    server.stop()


async def run_sql(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_rows_outlive_kill_9_and_a_clean_stop(postgres: Postgres) -> None:
    url = postgres.start()
    await run_sql(url, "CREATE TABLE ballot AS SELECT generate_series(1, 1000) AS id")
    postgres.kill()
    assert not postgres.is_ready()
    assert postgres.start() == url, "the port and the password stay"
    assert await run_sql(url, "SELECT count(*) FROM ballot") == 1000
    await run_sql(url, "INSERT INTO ballot VALUES (1001)")
    postgres.stop()
    assert postgres.start() == url
    assert await run_sql(url, "SELECT max(id) FROM ballot") == 1001


async def test_server_is_what_the_services_count_on(postgres: Postgres) -> None:
    url = postgres.start()
    assert await run_sql(url, "SHOW max_connections") == "200"
    assert await run_sql(url, "SHOW timezone") == "UTC"
    assert await run_sql(url, "SHOW fsync") == "on"
    assert await run_sql(url, "SELECT lower('ĐƯỜNG LÊ LỢI')") == "đường lê lợi"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(":" + url.split(":")[2].split("@")[0] + "@", ":wrong@"))
    assert (postgres.home / "password").stat().st_mode & 0o077 == 0


async def test_pid_file_of_a_former_life_does_not_stop_the_start(postgres: Postgres) -> None:
    url = postgres.start()
    postgres.kill()
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text(
        "\n".join([str(os.getpid()), *lines[1:]]) + "\n"
    )  # the id now belongs to somebody else
    postgres.start()
    assert await run_sql(url, "SELECT 1") == 1


async def test_half_made_data_folder_is_made_anew(postgres: Postgres) -> None:
    unfinished = postgres.home / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert await run_sql(postgres.start(), "SELECT 1") == 1


def test_new_folder_is_on_the_disk_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    real = os.fsync

    def told(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", told)
    for fsync in (True, False):
        server = Postgres(tmp_path / str(fsync), fsync=fsync)
        server.start()
        server.stop()
        said = server.log.read_text()
        assert ("syncing data to disk ... ok" in said) is fsync
        assert ("Sync to disk skipped" in said) is not fsync
        passwords = [
            path for path in synced if path.parent == server.home and path.name.startswith("password.")
        ]
        assert passwords
        assert synced.count(server.home) == (2 if fsync else 1), "the password's name, then that of the data"


def test_secrets_are_on_the_disk_before_they_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append(f"sync {'folder' if path == tmp_path else path.read_text(encoding='utf-8')}")
        real_sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append("replace")
        return real_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    keys = signing_keys(tmp_path)
    assert done == [f"sync {(tmp_path / 'secrets.json').read_text()}", "replace", "sync folder"]
    assert signing_keys(tmp_path) == keys


def test_keys_outlive_kill_9_and_flushed_keys_do_not(valkey: Valkey) -> None:
    url = valkey.start()
    with redis.Redis.from_url(url) as client:
        assert client.set("wake", "1")
    valkey.kill()
    assert valkey.start() == url
    with redis.Redis.from_url(url) as client:
        assert client.get("wake") == b"1"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    valkey.flush()
    valkey.kill()
    valkey.start()
    with redis.Redis.from_url(url) as client:
        assert client.dbsize() == 0


def test_valkey_answers_to_its_password_only_and_shows_it_to_nobody(valkey: Valkey) -> None:
    url = valkey.start()
    password = urlsplit(url).password
    assert password
    for wrong in (f"redis://127.0.0.1:{valkey.port}/0", url.replace(password, "wrong")):
        with redis.Redis.from_url(wrong) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.dbsize()
    for private in (path for path in valkey.home.rglob("*") if path.is_file()):
        if password in private.read_text(errors="replace"):
            assert private.stat().st_mode & 0o077 == 0, private
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            assert password.encode() not in words.read_bytes()
    assert password not in " ".join(valkey.command)
    valkey.stop()
    assert valkey.start() == url


async def test_wake_ups_of_the_services_know_the_password(valkey: Valkey) -> None:
    url = valkey.start()
    pool = await connect(url, "scoring")
    try:
        assert await pool.enqueue_job("deliver", "1")
        assert await pool.zcard(queue_name("scoring")) == 1
    finally:
        await pool.aclose()


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_second_launcher_on_a_folder_is_refused(kind: type[Postgres | Valkey], tmp_path: Path) -> None:
    first, second = kind(tmp_path), kind(tmp_path)
    first.start()
    try:
        with pytest.raises(StackError, match=f"đang do tiến trình {os.getpid()} sử dụng"):
            second.start()
        assert first.is_ready()
        assert FolderLock(tmp_path).holder() == os.getpid()
    finally:
        first.stop()
    assert FolderLock(tmp_path).holder() is None
    second.start()
    second.stop()


def test_stop_leaves_no_process_behind(postgres: Postgres) -> None:
    postgres.start()
    assert postgres.pid in processes_in(postgres.data)
    postgres.stop()
    assert processes_in(postgres.data) == []


def test_fault_at_start_is_told_and_frees_the_folder(tmp_path: Path) -> None:
    first = Valkey(tmp_path / "first")
    first.start()
    second = Valkey(tmp_path / "second")
    second.start()
    second.kill()
    second.port = first.port  # taken while it was down
    try:
        with pytest.raises(StackError, match="valkey không khởi động được"):
            second.start()
        assert FolderLock(tmp_path / "second").holder() is None
    finally:
        first.stop()


def test_zombies_count_as_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    os.kill(child.pid, 0)  # the kernel still knows it
    assert not is_running(child.pid)
    child.wait()


def test_ports_lie_outside_the_range_of_outgoing_connections() -> None:
    low, _ = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert all(1024 < free_port() < int(low) for _ in range(20))
    wanted = free_port()
    assert free_port(wanted) == wanted


@as_root
async def test_root_without_user_namespaces_runs_it_as_nobody(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_module._way_from_root.cache_clear()
    monkeypatch.setattr(postgres_module, "ROOT_WAYS", (NOBODY,))
    try:
        url = postgres.start()
        await run_sql(url, "CREATE TABLE ballot AS SELECT 1 AS id")
        assert postgres.data.stat().st_uid == 65534
        assert postgres.home.parent.stat().st_mode & 0o077 == 0, "no folder was opened to others"
        postgres.kill()
        postgres.start()
        assert await run_sql(url, "SELECT count(*) FROM ballot") == 1
    finally:
        postgres.stop()
        postgres_module._way_from_root.cache_clear()


@as_root
def test_ordinary_user_runs_both_servers(tmp_path: Path) -> None:
    """By its id; the right to read everything stands in for a checkout in that user's own home."""
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    ordinary = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    ordinary += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--"]
    script = """
        import os, sys
        from pathlib import Path
        from parindex_embedded.postgres import Postgres
        from parindex_embedded.valkey import Valkey
        assert os.geteuid() == 65534
        servers = [Postgres(Path(sys.argv[1]) / "postgres"), Valkey(Path(sys.argv[1]) / "valkey")]
        for server in servers: server.start()
        servers[0].kill(); servers[0].start()
        print(*(server.is_ready() for server in servers))
        for server in servers: server.stop()
    """
    command = [*ordinary, sys.executable, "-c", textwrap.dedent(script), str(home)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=home)
    assert done.stdout.split() == ["True", "True"], done.stderr
    assert (home / "postgres/data").stat().st_uid == 65534
