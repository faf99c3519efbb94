"""The keeper: a thread that starts dead processes again, ever more patiently; what they do is not known."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from parindex_embedded.processes import Process, StackError

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STABLE_AFTER = 10.0  # seconds of life that make earlier deaths forgotten


@dataclass(slots=True)
class _Watch:
    process: Process
    held: bool = False
    deaths: int = 0
    due: float | None = None


class Keeper:
    """Restarts what dies, after 0.1 s, 0.2 s, … 5 s. `held` processes stay down until they are released."""

    def __init__(self, restarted: Callable[[str], None]) -> None:
        self._restarted = restarted
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
        return self._thread is not None and not self._ending.is_set()

    def hold(self, name: str) -> None:
        """From now on leave it dead; a restart under way is waited for."""
        with self._acting:
            self._watches[name].held = True

    def release(self, name: str) -> None:
        """Start it now if it is dead, and look after it again."""
        with self._acting:
            watch = self._watches[name]
            if not watch.process.alive:
                watch.process.start()
                self._restarted(name)
            watch.held, watch.due = False, None

    def _run(self) -> None:
        while not self._ending.wait(0.05):
            for watch in self._watches.values():
                with self._acting:
                    self._look_after(watch)

    def _look_after(self, watch: _Watch) -> None:
        process = watch.process
        if watch.held or self._ending.is_set():
            return
        if process.alive:
            watch.deaths = 0 if process.seconds_up > STABLE_AFTER else watch.deaths
        elif watch.due is None:
            watch.due = time.monotonic() + min(LONGEST_PAUSE, FIRST_PAUSE * 2**watch.deaths)
            watch.deaths += 1
        elif time.monotonic() >= watch.due:
            watch.due = None
            self._restart(process)

    def _restart(self, process: Process) -> None:
        try:
            process.start()
        except (StackError, OSError) as fault:
            print(f"Chưa khởi động lại được {process.name}: {fault}", flush=True)
        else:
            print(f"Đã khởi động lại {process.name} (lần {process.starts - 1}).", flush=True)
            self._restarted(process.name)
