"""One OS process: its start, its log, its end and that of its children; the keeper decides on restarts."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

LOG_LIMIT = 10_000_000

# The kernel ties «die with the parent» to the thread that forked, so one thread, which lives as long as
# this process, forks everything.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawn")


class StackError(RuntimeError):
    """The local stack cannot do what was asked; the message is Vietnamese and for people."""


def wait_until(condition: Callable[[], bool], timeout: float, *, pause: float = 0.01) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


class Process:
    """A process in its own session that ends when this one ends, even when this one is killed.

    Output goes to `log`, which is kept over restarts. `stop_signal` asks for a clean end.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        dies_with_parent: bool = True,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = env
        self.stop_signal = stop_signal
        self.dies_with_parent = dies_with_parent
        self.starts = 0
        self._log_start = 0
        self._started = 0.0
        self._child: subprocess.Popen[bytes] | None = None
        self._reaping = threading.Lock()

    def start(self) -> str | None:
        """Start it. Servers wait until they are ready and return their URL."""
        self._open_log()
        self._child = _spawner.submit(self._spawn).result()
        self._started = time.monotonic()
        self.starts += 1
        return None

    def _spawn(self) -> subprocess.Popen[bytes]:
        tie = _tie(self.stop_signal) if self.dies_with_parent else []
        with self.log.open("ab") as sink:
            return subprocess.Popen(
                [*self._before_tie(), *tie, *self.command],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _before_tie(self) -> list[str]:
        """A prefix that changes the user: the kernel forgets the tie to the parent at such a change."""
        return []

    def _open_log(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch()
        self._log_start = self.log.stat().st_size

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        """Whether it runs. When it has just ended, the children that it left are killed first."""
        with self._reaping:
            if self._child is None or self._child.returncode is not None:
                return False
            if not _has_exited(self._child.pid):
                return True
            # Not reaped yet, so that nobody else can have got its id: the group is ours.
            _signal_group(self._child.pid, signal.SIGKILL)
            self._child.wait()
            return False

    def is_ready(self) -> bool:
        """Whether it does its work; a plain process does so as long as it runs."""
        return self.alive

    @property
    def exit_code(self) -> int | None:
        """Its end: 0 is good, a negative number is the signal that ended it; None while it runs."""
        return None if self.alive or self._child is None else self._child.returncode

    @property
    def seconds_up(self) -> float:
        return time.monotonic() - self._started if self.alive else 0.0

    @property
    def silent_for(self) -> float:
        """Seconds since it was first asked in vain; a plain process is asked nothing."""
        return 0.0

    def stop(self, timeout: float = 15) -> None:
        """Ask for a clean end, then insist."""
        if not self.alive or self._child is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self._child.pid, self.stop_signal)
        if not wait_until(lambda: not self.alive, timeout):
            self.kill()

    def kill(self) -> None:
        """SIGKILL to it and its children; returns when it is gone."""
        if self.alive and self._child is not None:
            _signal_group(self._child.pid, signal.SIGKILL)
            wait_until(lambda: not self.alive, timeout=10)

    def output(self) -> str:
        """What it has written since its last start."""
        with self.log.open("rb") as source:
            source.seek(self._log_start)
            return source.read().decode(errors="replace")

    def last_words(self) -> str:
        """The end of its output, for a message about its failure."""
        return "\n".join(self.output().splitlines()[-15:])


def _tie(stop_signal: signal.Signals) -> list[str]:
    """The prefix that has the kernel send this signal when the parent dies."""
    if shutil.which("setpriv") is None:
        raise StackError("Thiếu lệnh setpriv; hãy cài gói util-linux.")
    return ["setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG"), "--"]


def _has_exited(pid: int) -> bool:
    """Whether a child has ended; it stays a zombie, and its id taken, until it is waited for."""
    with suppress(ChildProcessError):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return True


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)


def is_running(pid: int) -> bool:
    """Whether a process that is not our child runs; a zombie does not.

    >>> is_running(os.getpid())
    True
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return fields.rpartition(")")[2].split()[0] not in "ZX"


def processes_in(folder: Path) -> list[int]:
    """The processes that work in a folder; servers change into their data folder, so this finds them."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def clear_folder(folder: Path, patience: float = 10) -> None:
    """Wait until no process of a former launcher works in the folder; kill what does not leave."""
    if wait_until(lambda: not processes_in(folder), patience):
        return
    for pid in processes_in(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if not wait_until(lambda: not processes_in(folder), timeout=5):
        raise StackError(f"Còn tiến trình khác đang dùng thư mục {folder}.")
