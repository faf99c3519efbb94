"""A receiver of webhooks as a process of its own: writes down what comes, answers as its path says.

`/200`, `/410` … answer with that status, `/slow` keeps the first caller waiting, `/moved` redirects, `/long`
answers with more than anybody reads. Run as `python webhook_receiver.py FILE`; prints its port.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

BOOK = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("received.jsonl")
SLOW_SECONDS = 60
lock = threading.Lock()
seen: dict[str, int] = {}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        row = {
            "path": self.path,
            "headers": {k.lower(): v for k, v in self.headers.items()},
            "body": body.decode(),
        }
        with lock:
            seen[self.path] = seen.get(self.path, 0) + 1
            first = seen[self.path] == 1
            with BOOK.open("a", encoding="utf-8") as book:
                book.write(json.dumps(row) + "\n")
        if self.path == "/slow" and first:
            time.sleep(SLOW_SECONDS)
        self._answer()

    def _answer(self) -> None:
        name = self.path.partition("?")[0].strip("/")
        status = int(name) if name.isdecimal() else 200
        self.send_response(302 if name == "moved" else status)
        if name == "moved":
            self.send_header("location", "/200")
        if name == "429":
            self.send_header("retry-after", "7200")
        content = b"x" * 100_000 if name == "long" else f"tr\u1ea3 l\u1eddi {name}\x00".encode()
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Silent."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    print(server.server_address[1], flush=True)
    server.serve_forever()
