"""The job that scoring-api gives itself when inputs of a period change; the room of results works it off."""

from typing import Literal

from parindex.contracts.events import Event


class IndexRequested(Event):
    """The inputs of a period changed: compute its index anew. `tally` arrived just now or is pinned."""

    topic: Literal["scoring.index_requested.v1"] = "scoring.index_requested.v1"
    period: str
    tally: str
