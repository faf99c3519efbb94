"""The small bundle of the examples, and packs of it signed with a key of the tests; no test stands here."""

import copy
import json
from pathlib import Path
from typing import Any

from parindex.auth.tokens import SigningKey
from parindex.kernel.documents import read_document
from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.pack import PackHeader, full_pack, public_pack, sealed

EXAMPLE = Path(__file__).parents[3] / "examples" / "bundle" / "ba-don-vi.json"
KEY = SigningKey("scoring", "A" * 43)
OTHER_KEY = SigningKey("scoring", "B" * 43)
_DOCUMENT = json.loads(EXAMPLE.read_text(encoding="utf-8"))


def document() -> Any:
    return copy.deepcopy(_DOCUMENT)


def bundle() -> Bundle:
    return parse_bundle(document())


def header(minimum: int = 5) -> PackHeader:
    return PackHeader(
        period="2022",
        edition=1,
        edition_digest="sha256:" + "0" * 64,
        tally_digest="sha256:" + "1" * 64,
        minimum=minimum,
        salt="muối",
        key=KEY.jwks()["keys"][0],
    )


def pack(level: str = "full", minimum: int = 5) -> Any:
    """A signed pack as its reader gets it."""
    whole = bundle()
    make = full_pack if level == "full" else public_pack
    return read_document(sealed(make(header(minimum), whole, compute_bundle(whole)), KEY.sign))
