"""The public pack held beside the full one it was made from: who holds both opens every withheld cell."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.differences import Difference, differences
from scoring_api.results.domain.pack import PackHeader, public_pack


def pair_differences(full: Mapping[str, Any], public: Mapping[str, Any]) -> Iterator[Difference]:
    """Where a public pack («gói công khai») is not the one that this proven full pack gives.

    The salt of the full pack gives the digest of each withheld cell anew, so none can stand for other counts.
    """
    bundle = parse_bundle(full["inputs"], recorded=True)
    header = PackHeader(
        period=full["period"],
        edition=full["edition"],
        edition_digest=full["edition_digest"],
        tally_digest=full.get("tally_digest", ""),
        minimum=full["publication_minimum"],
        salt=full["salt"],
        key=full["key"],
    )
    stated = {name: value for name, value in public.items() if name not in {"signature", "key"}}
    found = public_pack(header, bundle, compute_bundle(bundle))
    yield from differences(stated, {name: value for name, value in found.items() if name != "key"})
