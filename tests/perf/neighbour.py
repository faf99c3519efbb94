"""A stand-in for scoring-api beside a survey-ingest under load: its public key, one frozen unit list, no revoked token."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from parindex.auth.tokens import JWKS_PATH, SigningKey
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import SurveyedUnit, UnitList
from parindex.http.client import REVOCATIONS_PATH

PERIOD = "2022"
UNITS = UnitList(
    period=PERIOD,
    units=tuple(
        SurveyedUnit(
            code=f"so-{number:02}",
            name=f"Sở số {number}",
            short_name=f"Sở {number}",
            level="department",
            kind="so",
            aliases=(),
        )
        for number in range(1, 21)
    ),
)


class Neighbour(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == JWKS_PATH:
            key = SigningKey("scoring", os.environ["PARINDEX_SCORING_SIGNING_KEY"])
            content = json.dumps(key.jwks()).encode()
        elif self.path == REVOCATIONS_PATH:
            content = b'{"revoked": []}'
        else:
            content = dump_snapshot(UNITS)[0]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """A quiet neighbour."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Neighbour).serve_forever()
