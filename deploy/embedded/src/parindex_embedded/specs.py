"""The services' processes as data, and when each of them is ready; the stack starts and watches them."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from parindex_embedded.processes import Process

SERVICES = ("scoring", "survey", "report")
PARINDEX = str(Path(sys.executable).parent / "parindex")
MIGRATION = (PARINDEX, "migrate")
READY_PATIENCE = 2.0
LIVE_PATIENCE = 5.0
STARTING_TAKES = 30.0  # seconds of life in which no answer is expected yet


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of a service. `{port}` in its command is its port; with one, its URL is the service's.

    Ready is what answers 200 at `ready_path` or has written `ready_line` into its log. Silent is what gives
    no answer at all, not at `live_path` either: an API whose database hangs is not ready, but not silent.
    """

    name: str
    service: str
    command: tuple[str, ...]
    ready_path: str | None = None
    live_path: str | None = None
    ready_line: str | None = None

    @property
    def needs_port(self) -> bool:
        return any("{port}" in word for word in self.command)


class ServiceProcess(Process):
    """A process started from its spec."""

    def __init__(self, spec: ProcessSpec, port: int | None, *, log: Path, env: Mapping[str, str]) -> None:
        command = [word.replace("{port}", str(port)) for word in spec.command]
        super().__init__(spec.name, command, log=log, env=env)
        self.spec = spec
        self.port = port
        self._announced = False
        self._silent_since: float | None = None

    def start(self) -> str | None:
        self._announced, self._silent_since = False, None
        return super().start()

    def is_ready(self) -> bool:
        if not self.alive:
            return False
        if self.spec.ready_line is not None:
            self._announced = self._announced or self.spec.ready_line in self.output()
            return self._announced
        if self.port is None or self.spec.ready_path is None:
            return True
        status = _status(self.port, self.spec.ready_path, READY_PATIENCE)
        self._note_silence(self.port, answered=status is not None)
        return status == 200

    @property
    def silent_for(self) -> float:
        since = self._silent_since
        return 0.0 if since is None else time.monotonic() - since

    def _note_silence(self, port: int, *, answered: bool) -> None:
        path = self.spec.live_path
        if answered or path is None or _status(port, path, LIVE_PATIENCE) is not None:
            self._silent_since = None
        elif self._silent_since is None and self.seconds_up > STARTING_TAKES:
            self._silent_since = time.monotonic()


def _status(port: int, path: str, patience: float) -> int | None:
    """The status of the answer, if there is one in time."""
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def _api(service: str) -> ProcessSpec:
    command = (PARINDEX, "api", service, "--port", "{port}")
    return ProcessSpec(f"api-{service}", service, command, ready_path="/readyz", live_path="/livez")


def _worker(service: str) -> ProcessSpec:
    return ProcessSpec(f"worker-{service}", service, (PARINDEX, "worker", service), ready_line="worker ready")


SERVICE_PROCESSES = (*(_api(service) for service in SERVICES), *(_worker(service) for service in SERVICES))
