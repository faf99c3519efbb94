"""survey-ingest as it runs, API and worker, for the lines of files and of sealing."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.tokens import SigningKey
from parindex_embedded.specs import MIGRATION, SERVICE_PROCESSES
from parindex_embedded.stack import Stack
from tests.perf.ballot_servers import NEIGHBOUR, OFFICE, campaign_body

WITHIN_SECONDS = 300
PROCESSES = (
    NEIGHBOUR,
    *(spec for spec in SERVICE_PROCESSES if spec.service == "survey"),
)


@dataclass(frozen=True)
class Campaign:
    """An open campaign with one bag, as its supervisor reaches it."""

    client: httpx.Client
    path: str

    def import_file(self, content: bytes, mapping: dict[str, str], **settings: str) -> dict[str, Any]:
        """Send the file and wait until it has ended; what it is shows by its first bytes."""
        accepted = self.client.post(
            f"{self.path}/imports",
            data={"batch": "tui-1", "questionnaire": "sipas", "mapping": json.dumps(mapping), **settings},
            files={"file": ("phieu.csv", content)},
        )
        _sent(accepted)
        until = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < until:
            found: dict[str, Any] = self.client.get(accepted.headers["location"]).raise_for_status().json()
            if found["state"] not in {"queued", "running"}:
                return found
            time.sleep(0.2)
        raise TimeoutError(self.path)

    def seal(self, batch: str, returned: int) -> None:
        body = {"bag_seal": f"NP-{batch}", "returned": returned, "spoiled": 0, "missing": 0}
        _sent(self.client.post(f"{self.path}/batches/{batch}/seal", json=body))

    def issue(self, batch: str, ballots: int) -> None:
        body = {"code": batch, "office": OFFICE, "questionnaire": "sipas", "issued": ballots}
        _sent(self.client.post(f"{self.path}/batches", json=body))

    def tally(self) -> None:
        _sent(self.client.post(f"{self.path}/tally"))


@dataclass(frozen=True)
class Survey:
    """The running service."""

    stack: Stack
    manager: httpx.Client
    supervisor: httpx.Client

    @property
    def admin_url(self) -> str:
        return self.stack.admin_url

    def open_campaign(self, code: str, questions: int, places: int = 50_000) -> Campaign:
        path = f"/api/v1/campaigns/{code}"
        body = campaign_body(code, questions, places)
        for place, sent in (("/api/v1/campaigns", body), (f"{path}/units", None), (f"{path}/open", None)):
            _sent(self.manager.post(place, json=sent))
        return Campaign(self.supervisor, path)

    @contextmanager
    def worker_memory(self) -> Iterator[Callable[[], float]]:
        """How many MB the worker's memory rose over what it was before, at its highest."""
        pid = self.stack.pid_of("worker-survey")
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")  # resets the highest
        before = _kilobytes(pid, "VmRSS")
        yield lambda: (_kilobytes(pid, "VmHWM") - before) / 1024

    @contextmanager
    def child_memory(self) -> Iterator[Callable[[], float]]:
        """How many MB the largest child of the worker held; one that lives for less than a look is not seen."""
        pid, ended, highest = self.stack.pid_of("worker-survey"), threading.Event(), [0]

        def watch() -> None:
            while not ended.wait(0.02):
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
                for child in children:
                    with suppress(OSError, StopIteration):  # it has just ended
                        highest[0] = max(highest[0], _kilobytes(int(child), "VmHWM"))

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield lambda: highest[0] / 1024
        finally:
            ended.set()
            watching.join()


def _sent(reply: httpx.Response) -> None:
    if reply.is_error:
        raise RuntimeError(f"{reply.status_code} {reply.request.url}: {reply.text}")


def _kilobytes(pid: int | None, what: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1])


@contextmanager
def running_survey(home: Path) -> Iterator[Survey]:
    os.environ.setdefault("PARINDEX_REPORT_URL", "http://127.0.0.1:9")  # never called here
    with (
        Stack(home, processes=PROCESSES, migration=(*MIGRATION, "survey")) as stack,
        survey_of(stack) as survey,
    ):
        yield survey


@contextmanager
def survey_of(stack: Stack) -> Iterator[Survey]:
    """Its manager and the supervisor of an office, as clients of a running stack."""
    key = SigningKey("scoring", stack.environment.signing_keys["scoring"])

    def client(role: Role, *offices: str) -> httpx.Client:
        token = key.issue(Principal(role.value, role, offices=frozenset(offices)), timedelta(hours=3))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=stack.urls["survey"], headers=headers, timeout=300)

    with client(Role.SURVEY_MANAGER) as manager, client(Role.ENTRY_SUPERVISOR, OFFICE) as supervisor:
        yield Survey(stack, manager, supervisor)
