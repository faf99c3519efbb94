"""The rendering processes: an error comes back whole, and none outlives a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parindex.kernel.errors import DomainError
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.use_cases.processes import RenderingPool

WORKER = """
import asyncio
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.use_cases.processes import RenderingPool

async def work():
    pool = RenderingPool(1)
    try:
        await pool.render("annual_report", b"{}", "sha256:0", Issuance())
    except Exception:
        print(*pool._executor._processes, flush=True)
    await asyncio.sleep(60)

asyncio.run(work())
"""


async def test_an_error_comes_back_with_what_it_says() -> None:
    pool = RenderingPool(1)
    with pytest.raises(DomainError) as caught:
        await pool.render("annual_report", b"{}", "sha256:0", Issuance())
    assert caught.value.code == "snapshot_digest_mismatch"
    assert caught.value.params["expected"] == "sha256:0"
    pool.close()
    pool.close()


def test_no_process_outlives_a_killed_worker() -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    with worker.stdout:
        child = int(worker.stdout.readline())
        assert is_running(child)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def is_running(pid: int) -> bool:
    """A process that ended and waits for its new parent to notice does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
