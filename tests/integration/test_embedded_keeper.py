"""What dies, hangs or cannot be written down is looked after all the same, and told as not ready meanwhile."""

import os
import signal
import sys
import textwrap
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parindex_embedded import keeper as keeper_module
from parindex_embedded import readiness, specs
from parindex_embedded.cli import commands
from parindex_embedded.keeper import Keeper
from parindex_embedded.processes import Process, wait_until
from parindex_embedded.servers import free_port
from parindex_embedded.specs import SERVICE_PROCESSES, ProcessSpec, ServiceProcess
from parindex_embedded.stack import Stack
from parindex_embedded.state import read_state
from tests.integration.test_embedded_stack import small_stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as quicker:
        quicker.setattr(readiness, "ASK_EVERY", 0.1)
        with small_stack(tmp_path_factory.mktemp("kept")) as running:
            yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "SILENT_AFTER", 0.4)
    monkeypatch.setattr(specs, "STARTING_TAKES", 0.0)
    monkeypatch.setattr(specs, "READY_PATIENCE", 0.2)
    monkeypatch.setattr(specs, "LIVE_PATIENCE", 0.2)


def is_told_ready(stack: Stack) -> bool:
    return bool(read_state(stack.home)["ready"])


def status_of(stack: Stack) -> tuple[int, str]:
    told = CliRunner().invoke(commands, ["status"], env={"PARINDEX_HOME": str(stack.home), "COLUMNS": "120"})
    return told.exit_code, told.stdout


def test_a_keeper_that_cannot_tell_goes_on_keeping(tmp_path: Path) -> None:
    def told(_: str) -> None:
        raise OSError(28, "No space left on device")

    def started(times: int) -> bool:
        return process.starts == times and process.alive

    process = Process("sleeper", ["sleep", "60"], log=tmp_path / "log")
    keeper = Keeper(told)
    keeper.watch(process)
    process.start()
    keeper.start()
    try:
        for starts in (2, 3):
            process.kill()
            assert wait_until(partial(started, starts), timeout=5)
            assert keeper.running
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(process, "start", [].pop)  # a fault that nobody foresaw
            process.kill()
            time.sleep(0.6)
            assert keeper.running
        assert wait_until(lambda: process.alive, timeout=5)
    finally:
        keeper.stop()
        process.kill()
    assert not keeper.running


def test_a_keeper_whose_thread_ended_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper(lambda _: None)
    monkeypatch.setattr(keeper, "_run", lambda: None)
    keeper.start()
    assert wait_until(lambda: not keeper.running, timeout=2)


def test_state_that_cannot_be_written_is_written_later(stack: Stack) -> None:
    file = stack.home / "stack.json"
    file.unlink()
    file.mkdir()  # every replacement of the file now fails
    try:
        for _ in range(2):
            before = stack.pid_of("worker-survey")
            stack.kill("worker-survey")
            stack.wait_ready("worker-survey", timeout=10)
            assert stack.pid_of("worker-survey") != before
    finally:
        file.rmdir()
    assert wait_until(lambda: file.exists() and is_told_ready(stack), timeout=5)
    assert read_state(stack.home)["processes"]["worker-survey"]["pid"] == stack.pid_of("worker-survey")


def test_stack_is_not_ready_while_one_of_its_processes_is_not(stack: Stack) -> None:
    assert status_of(stack)[0] == 0
    for name in ("worker-survey", "valkey"):
        with stack.outage(name):
            assert wait_until(lambda: not is_told_ready(stack), timeout=2)
            code, told = status_of(stack)
            assert code == 1
            assert f"Chưa sẵn sàng: {name}" in told
            assert "đã dừng" in told
        assert wait_until(lambda: is_told_ready(stack), timeout=5)
    assert status_of(stack)[0] == 0


def test_restart_is_told_as_not_ready_until_it_answers(stack: Stack) -> None:
    stack.kill("api-scoring")
    assert wait_until(lambda: not is_told_ready(stack), timeout=2)
    assert wait_until(lambda: is_told_ready(stack), timeout=10)
    assert stack.is_ready("api-scoring")


@pytest.mark.usefixtures("impatient")
def test_api_that_answers_nothing_is_restarted_and_a_worker_is_left(stack: Stack) -> None:
    api, worker = stack.pid_of("api-scoring"), stack.pid_of("worker-survey")
    assert api
    assert worker
    os.kill(worker, signal.SIGSTOP)
    os.kill(api, signal.SIGSTOP)
    try:
        assert wait_until(lambda: not is_told_ready(stack), timeout=5)
        assert wait_until(lambda: stack.pid_of("api-scoring") != api, timeout=10)
        assert wait_until(lambda: is_told_ready(stack), timeout=10)
        assert stack.pid_of("worker-survey") == worker
    finally:
        os.kill(worker, signal.SIGCONT)


HALF_DEAF = textwrap.dedent("""
    import sys, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/readyz":
                time.sleep(60)
            self.send_response(200)
            self.end_headers()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
""")


@pytest.mark.usefixtures("impatient")
def test_api_that_waits_for_its_database_is_not_ready_but_not_silent(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HALF_DEAF, "{port}")
    spec = ProcessSpec("api-x", "scoring", command, ready_path="/readyz", live_path="/livez")
    process = ServiceProcess(spec, free_port(), log=tmp_path / "log", env=dict(os.environ))
    process.start()
    try:
        # Starting, it answers nothing yet, and that is counted here; then it does.
        assert wait_until(lambda: not process.is_ready() and process.silent_for > 0, timeout=5)
        assert wait_until(lambda: not process.is_ready() and process.silent_for == 0, timeout=5)
        os.kill(process.pid or 0, signal.SIGSTOP)
        assert not process.is_ready()
        assert process.silent_for > 0
    finally:
        process.kill()


def test_every_api_of_the_services_is_asked_for_life() -> None:
    assert all((spec.live_path == "/livez") == spec.needs_port for spec in SERVICE_PROCESSES)
