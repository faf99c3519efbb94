"""The services' processes as data, and when each of them is ready; the stack starts and watches them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from parindex_embedded.processes import Process

SERVICES = ("scoring", "survey", "report")
PARINDEX = str(Path(sys.executable).parent / "parindex")
MIGRATION = (PARINDEX, "migrate")


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of a service. `{port}` in its command is its port; with one, its URL is the service's.

    Ready is what answers 200 at `ready_path` or has written `ready_line` into its log.
    """

    name: str
    service: str
    command: tuple[str, ...]
    ready_path: str | None = None
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

    def is_ready(self) -> bool:
        if not self.alive:
            return False
        if self.spec.ready_line is not None:
            return self.spec.ready_line in self.output()
        return self.port is None or self.spec.ready_path is None or _answers(self.port, self.spec.ready_path)


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _api(service: str) -> ProcessSpec:
    command = (PARINDEX, "api", service, "--port", "{port}")
    return ProcessSpec(f"api-{service}", service, command, ready_path="/readyz")


def _worker(service: str) -> ProcessSpec:
    return ProcessSpec(f"worker-{service}", service, (PARINDEX, "worker", service), ready_line="worker ready")


SERVICE_PROCESSES = (*(_api(service) for service in SERVICES), *(_worker(service) for service in SERVICES))
