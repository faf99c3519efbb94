"""Whether every process does its work: asked again and again, told on change; restarts are the keeper's."""

import logging
import threading
from collections.abc import Callable

from parindex_embedded.processes import Process

ASK_EVERY = 5.0
ASK_AGAIN = 0.25  # while something is not ready

log = logging.getLogger(__name__)
NOBODY: frozenset[str] = frozenset()


class Readiness:
    """A thread that tells the names of those that are not ready, at each change; nobody: all are ready."""

    def __init__(self, told: Callable[[frozenset[str]], None]) -> None:
        self._told = told
        self._processes: list[Process] = []
        self._waiting: frozenset[str] | None = NOBODY  # as told last; None when the telling failed
        self._losses = 0
        self._telling = threading.Lock()
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, process: Process) -> None:
        self._processes.append(process)

    def start(self) -> None:
        """Begin with all of them ready."""
        self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when nothing is told any more."""
        self._ending.set()
        self._wake.set()  # after `_ending`: the thread that clears it sees the end next
        if self._thread is not None:
            self._thread.join()

    def lost(self, name: str) -> None:
        """Known to have fallen: not ready until a round that begins later finds everybody ready."""
        with self._telling:
            self._losses += 1
            self._wake.set()
            self._tell((self._waiting or NOBODY) | {name})

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._ask_everybody()
            except Exception:
                log.exception("Lỗi khi hỏi các tiến trình đã sẵn sàng chưa")
            self._wake.wait(ASK_AGAIN if self._waiting else ASK_EVERY)
            self._wake.clear()

    def _ask_everybody(self) -> None:
        losses = self._losses
        waiting = frozenset(process.name for process in self._processes if not process.is_ready())
        with self._telling:
            if waiting or losses == self._losses:
                self._tell(waiting)

    def _tell(self, waiting: frozenset[str]) -> None:
        if waiting != self._waiting:
            self._waiting = None
            self._told(waiting)
            self._waiting = waiting
