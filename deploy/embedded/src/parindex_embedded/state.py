"""What the folder tells other commands about the running stack (`stack.json`): no secrets, no decisions."""

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from parindex.kernel.clocks import instant_text, system_time
from parindex_embedded.files import read_json, write_json

FILE = "stack.json"


def read_state(home: Path) -> dict[str, Any]:
    """The reader's side; empty when nothing ever ran here."""
    return read_json(home / FILE)


class State:
    """The writer's side, safe for the keeper's thread; ports are remembered from one run to the next."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._writing = threading.Lock()
        self._facts: dict[str, Any] = {}
        self.ports: dict[str, int] = read_json(self._path).get("ports", {})

    def begin(self, *, rehearsal: bool) -> None:
        started = instant_text(system_time().replace(microsecond=0))
        self._put(supervisor=os.getpid(), started=started, rehearsal=rehearsal, ready=False, processes={})

    def phase(self, text: str) -> None:
        if self._facts.get("phase") != text:
            self._put(phase=text)

    def process(self, name: str, pid: int | None, *, restarts: int) -> None:
        with self._writing:
            self._facts["processes"][name] = {"pid": pid, "restarts": restarts}
            self._write()

    def ready(self, urls: Mapping[str, str]) -> None:
        self._put(phase="Sẵn sàng", ready=True, urls=dict(urls))

    def waiting(self, names: Iterable[str]) -> None:
        self._put(phase=f"Chưa sẵn sàng: {', '.join(sorted(names))}", ready=False)

    def end(self) -> None:
        self._put(phase="Đã dừng", ready=False, processes={})

    def _put(self, **facts: object) -> None:
        with self._writing:
            self._facts.update(facts)
            self._write()

    def _write(self) -> None:
        write_json(self._path, {**self._facts, "ports": self.ports})
