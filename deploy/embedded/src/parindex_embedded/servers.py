"""What PostgreSQL and Valkey share: a folder with one launcher, one port over restarts, a ready check."""

import fcntl
import os
import secrets
import signal
import socket
from abc import abstractmethod
from contextlib import suppress
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path

from parindex_embedded.processes import Process, StackError, clear_folder, wait_until

START_TIMEOUT = 60


class FolderLock:
    """One launcher a folder: held by a process that lives, released by the kernel when it dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "lock"
        self._file: TextIOWrapper | None = None

    def acquire(self) -> None:
        """Raises StackError when another launcher holds the folder."""
        if self._file is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._path.open("a+", encoding="ascii")
        # A moment of patience: `holder` of somebody's status command takes the lock for an instant.
        if not wait_until(lambda: _take(file, fcntl.LOCK_EX), timeout=0.3):
            file.close()
            raise StackError(f"Thư mục {self.folder} đang do tiến trình {self._written()} sử dụng.")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def holder(self) -> int | None:
        """The process that holds the folder, if one does."""
        if not self._path.exists():
            return None
        with self._path.open(encoding="ascii") as file:
            if _take(file, fcntl.LOCK_SH):
                return None
        wait_until(lambda: self._written() != 0, timeout=1)
        return self._written()

    def _written(self) -> int:
        return int(self._path.read_text(encoding="ascii") or 0)


def _take(file: TextIOWrapper, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free_port(preferred: int | None = None) -> int:
    """A free port of 127.0.0.1, the preferred one if nobody has it.

    It lies below the range from which the kernel takes ports for outgoing connections: there a client that
    waits for a restarting server would one day take the server's own port.
    """
    candidates = [preferred] if preferred else []
    candidates += [20_000 + secrets.randbelow(12_000) for _ in range(50)]
    for port in candidates:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise StackError("Không tìm được cổng TCP trống trên 127.0.0.1.")


def package_folder(package: str) -> Path:
    """Where a package that carries binaries lies; it is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(f"Chưa cài gói {package}; hãy chạy `make setup`.")
    return Path(spec.origin).parent


class Server(Process):
    """A process with data. `start` returns its URL once `is_ready`; the port stays over restarts."""

    def __init__(
        self, name: str, home: Path, *, port: int | None, log: Path | None, stop_signal: signal.Signals
    ) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.port = port
        self._lock = FolderLock(self.home)
        super().__init__(name, [], log=log or self.home / "log", stop_signal=stop_signal)

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def _prepare(self) -> None:
        """Bring the data folder into a state from which `command` can start, and set `command`."""

    def start(self) -> str:
        self._lock.acquire()
        try:
            clear_folder(self.data)
            self.port = self.port if self.starts else free_port(self.port)
            self._prepare()
            super().start()
            self._wait_ready()
        except BaseException:
            self.stop()
            raise
        return self.url

    def _wait_ready(self) -> None:
        wait_until(lambda: self.is_ready() or not self.alive, START_TIMEOUT)
        if not self.is_ready():
            raise StackError(f"{self.name} không khởi động được:\n{self.last_words()}")

    def stop(self, timeout: float = 15) -> None:
        super().stop(timeout)
        self._lock.release()
