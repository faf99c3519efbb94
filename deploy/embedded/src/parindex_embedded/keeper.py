"""The keeper: a thread that starts dead processes again, ever more patiently; what they do is not known."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from parindex_embedded.processes import Process, StackError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STABLE_AFTER = 10.0  # seconds of life that make earlier deaths forgotten
SILENT_AFTER = 30.0  # seconds without any answer that make a living process count as dead

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watch:
    process: Process
    held: bool = False
    down: bool = False
    deaths: int = 0
    due: float | None = None


class Keeper:
    """Restarts what dies, after 0.1 s, 0.2 s, … 5 s. `held` processes stay down until they are released.

    An API that lives and answers nothing for 30 s is killed, and so restarted. A worker answers nobody: one
    that hangs is found by its unfinished deliveries, not here.
    `changed` is told the name of each process that fell or was started again. What it raises, and whatever
    else goes wrong with one process, is logged and keeps nobody from being looked after.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._watches: dict[str, _Watch] = {}
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._acting = threading.RLock()

    def watch(self, process: Process) -> None:
        self._watches[process.name] = _Watch(process)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when it has put down its work: afterwards nothing is started any more."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive() and not self._ending.is_set()

    def hold(self, name: str) -> None:
        """From now on leave it dead; a restart under way is waited for."""
        with self._acting:
            self._watches[name].held = True

    def release(self, name: str) -> None:
        """Start it now if it is dead, and look after it again."""
        with self._acting:
            watch = self._watches[name]
            watch.held, watch.due = False, None
            if not watch.process.alive:
                self._start(watch)

    def _run(self) -> None:
        while not self._ending.wait(0.05):
            for watch in self._watches.values():
                with self._acting:
                    self._look_after(watch)

    def _look_after(self, watch: _Watch) -> None:
        try:
            alive = watch.process.alive
            if not alive and not watch.down:
                watch.down = True
                self._tell(watch)
            if watch.held or self._ending.is_set():
                return
            if alive:
                self._check(watch)
            else:
                self._raise_again(watch)
        except Exception:
            log.exception("Lỗi khi trông tiến trình %s", watch.process.name)

    def _check(self, watch: _Watch) -> None:
        process = watch.process
        if process.silent_for > SILENT_AFTER:
            log.warning("%s còn chạy mà không trả lời; dừng hẳn để khởi động lại.", process.name)
            process.kill()
        elif process.seconds_up > STABLE_AFTER:
            watch.deaths = 0

    def _raise_again(self, watch: _Watch) -> None:
        if watch.due is None:
            watch.due = time.monotonic() + min(LONGEST_PAUSE, FIRST_PAUSE * 2**watch.deaths)
            watch.deaths += 1
        elif time.monotonic() >= watch.due:
            watch.due = None
            self._restart(watch)

    def _restart(self, watch: _Watch) -> None:
        process = watch.process
        try:
            self._start(watch)
        except (StackError, OSError) as fault:
            log.warning("Chưa khởi động lại được %s: %s", process.name, fault)
        else:
            log.warning("Đã khởi động lại %s (lần %d).", process.name, process.starts - 1)

    def _start(self, watch: _Watch) -> None:
        watch.process.start()
        watch.down = False
        self._tell(watch)

    def _tell(self, watch: _Watch) -> None:
        try:
            self._changed(watch.process.name)
        except Exception:
            log.exception("Không ghi được tình trạng của %s", watch.process.name)
