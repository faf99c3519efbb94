"""The whole local stack: servers, migration, services, keeper; the command line and the tests drive it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from parindex.kernel.clocks import instant_text
from parindex_embedded.environment import Environment, ExternalServers, personal_key, signing_keys
from parindex_embedded.files import write_private
from parindex_embedded.keeper import Keeper
from parindex_embedded.postgres import Postgres
from parindex_embedded.processes import Process, StackError, wait_until
from parindex_embedded.readiness import Readiness
from parindex_embedded.servers import FolderLock, Server, free_port
from parindex_embedded.specs import MIGRATION, SERVICE_PROCESSES, ProcessSpec, ServiceProcess
from parindex_embedded.state import State
from parindex_embedded.valkey import Valkey

MIGRATION_TIMEOUT = 180
READY_TIMEOUT = 60
EMBEDDED = ExternalServers()


class Stack:
    """A running system in one folder. As a context manager it is ready inside the block and gone after it.

    Names are `postgres`, `valkey` and those of `processes` (`api-scoring`, `worker-survey`, …). A server
    given as external is used and left alone. With `rehearsal`, business time is what `set_clock` said last.
    """

    def __init__(
        self,
        home: Path,
        *,
        rehearsal: bool = False,
        processes: Sequence[ProcessSpec] = SERVICE_PROCESSES,
        migration: Sequence[str] = MIGRATION,
        external: ExternalServers = EMBEDDED,
        fsync: bool = True,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.home = home.resolve()
        self.rehearsal = rehearsal
        self.environment: Environment
        self._specs = {spec.name: spec for spec in processes}
        self._migration = migration
        self._database_url = external.database_url
        self._redis_url = external.redis_url
        self._fsync = fsync
        self._progress = progress
        self._clock = self.home / "clock"
        self._lock = FolderLock(self.home)
        self._state = State(self.home)
        self._keeper = Keeper(changed=self._changed)
        self._readiness = Readiness(told=self._tell)
        self._processes: dict[str, Process] = {}

    def start(self) -> Self:
        """Raises StackError, with everything stopped again, when some part does not become ready."""
        self._lock.acquire()
        try:
            self._state.begin(rehearsal=self.rehearsal)
            self._start_servers()
            self._migrate()
            self._start_services()
        except BaseException:
            self.stop()
            raise
        self._state.ready(self.urls)
        self._keeper.start()
        self._readiness.start()
        return self

    def stop(self) -> None:
        """Services first, together; then the servers, with their data on disk."""
        self._keeper.stop()
        services = [process for process in self._processes.values() if not isinstance(process, Server)]
        with ThreadPoolExecutor(max_workers=len(services) or 1) as pool:
            list(pool.map(Process.stop, services))
        self._readiness.stop()
        for server in self._processes.values():
            server.stop()
        self._state.end()
        self._lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def urls(self) -> Mapping[str, str]:
        """The base URL of each service."""
        return self.environment.urls

    @property
    def admin_url(self) -> str:
        return self.environment.admin_url

    @property
    def redis_url(self) -> str:
        return self.environment.redis_url

    def env_of(self, name: str) -> dict[str, str]:
        """The variables that a process was started with; `migrate` for those of the migration."""
        if name == "migrate":
            return self.environment.of_migration()
        return self.environment.of_service(self._specs[name].service)

    def log_of(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def set_clock(self, instant: datetime) -> None:
        """Move business time of every process of a rehearsal."""
        if not self.rehearsal:
            raise StackError("Chỉ hệ thống diễn tập mới đặt được đồng hồ.")
        write_private(self._clock, instant_text(instant))

    def pid_of(self, name: str) -> int | None:
        return self._process(name).pid

    def kill(self, name: str) -> None:
        """SIGKILL; the keeper starts it again by itself."""
        self._process(name).kill()

    @contextmanager
    def outage(self, name: str, *, kill: bool = True) -> Iterator[None]:
        """The process is dead inside the block and started, a server even ready, at its end."""
        process = self._process(name)
        self._keeper.hold(name)
        if kill:
            process.kill()
        else:
            process.stop()
        try:
            yield
        finally:
            self._keeper.release(name)

    def restart_postgres(self, *, kill: bool = False) -> None:
        """Ready again, on the same port, when this returns."""
        with self.outage("postgres", kill=kill):
            pass

    def flush_redis(self) -> None:
        """Lose every key of the embedded Valkey."""
        valkey = self._process("valkey")
        assert isinstance(valkey, Valkey)
        valkey.flush()

    def is_ready(self, name: str) -> bool:
        return self._process(name).is_ready()

    def wait_ready(self, *names: str, timeout: float = READY_TIMEOUT) -> None:
        """Until the named processes, or all, are ready: after a kill, a restart."""
        for name in names or self._processes:
            if not wait_until(partial(self.is_ready, name), timeout, pause=0.02):
                raise self._failure(name)

    def _process(self, name: str) -> Process:
        if name not in self._processes:
            raise StackError(f"Không có tiến trình {name}; đang có: {', '.join(self._processes)}.")
        return self._processes[name]

    def _report(self, phase: str) -> None:
        self._state.phase(phase)
        self._progress(phase)

    def _record(self, name: str) -> None:
        process = self._processes[name]
        self._state.process(name, process.pid, restarts=process.starts - 1)

    def _changed(self, name: str) -> None:
        """The keeper saw it dead or started it again: it has to prove anew that it is ready."""
        try:
            self._record(name)
        finally:
            self._readiness.lost(name)

    def _tell(self, waiting: frozenset[str]) -> None:
        if waiting:
            self._state.waiting(waiting)
        else:
            self._state.ready(self.urls)

    def _add(self, process: Process) -> str | None:
        """Start it and put it under the keeper's eyes."""
        self._processes[process.name] = process
        answer = process.start()
        self._keeper.watch(process)
        self._readiness.watch(process)
        if isinstance(process, Server) and process.port is not None:
            self._state.ports[process.name] = process.port
        self._record(process.name)
        return answer

    def _start_servers(self) -> None:
        ports = self._state.ports
        if self._database_url is None:
            self._report("Đang khởi động PostgreSQL")
            home, log = self.home / "postgres", self.log_of("postgres")
            server = Postgres(home, port=ports.get("postgres"), log=log, fsync=self._fsync)
            self._database_url = self._add(server)
        if self._redis_url is None:
            self._report("Đang khởi động Valkey")
            home, log = self.home / "valkey", self.log_of("valkey")
            self._redis_url = self._add(Valkey(home, port=ports.get("valkey"), log=log))
        self._settle_environment()

    def _settle_environment(self) -> None:
        assert self._database_url
        assert self._redis_url
        urls = {}
        for spec in self._specs.values():
            if spec.needs_port:
                port = self._state.ports[spec.name] = free_port(self._state.ports.get(spec.name))
                urls[spec.service] = f"http://127.0.0.1:{port}"
        evidence = self.home / "evidence"
        evidence.mkdir(exist_ok=True, mode=0o700)
        if self.rehearsal:
            self._clock.touch(mode=0o600)
        self.environment = Environment(
            admin_url=self._database_url,
            redis_url=self._redis_url,
            urls=urls,
            signing_keys=signing_keys(self.home),
            evidence_dir=str(evidence),
            clock=str(self._clock) if self.rehearsal else None,
            personal_key=personal_key(self.home),
        )
        self.environment.save(self.home)

    def _migrate(self) -> None:
        self._report("Đang cập nhật lược đồ cơ sở dữ liệu")
        migration = Process(
            "migrate", self._migration, log=self.log_of("migrate"), env=self.env_of("migrate")
        )
        migration.start()
        try:
            ended = wait_until(lambda: not migration.alive, MIGRATION_TIMEOUT)
        finally:
            migration.kill()
        if not ended or migration.exit_code != 0:
            raise StackError(f"Cập nhật lược đồ không thành công:\n{migration.last_words()}")

    def _start_services(self) -> None:
        for name, spec in self._specs.items():
            port = self._state.ports.get(name)
            self._add(ServiceProcess(spec, port, log=self.log_of(name), env=self.env_of(name)))
        waiting, deadline = set(self._specs), time.monotonic() + READY_TIMEOUT
        told = 0
        while waiting:
            if len(waiting) != told:
                told = len(waiting)
                self._report(f"Đang chờ {told} tiến trình sẵn sàng")
            for name in sorted(waiting):
                if not self._process(name).alive or time.monotonic() > deadline:
                    raise self._failure(name)
            time.sleep(0.05)
            waiting = {name for name in waiting if not self.is_ready(name)}

    def _failure(self, name: str) -> StackError:
        return StackError(f"{name} không sẵn sàng:\n{self._process(name).last_words()}")
