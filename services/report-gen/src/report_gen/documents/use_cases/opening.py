"""Who may open which document: scoring-api says what is published, the table of rights says the rest."""

import asyncio
from collections.abc import Collection
from urllib.parse import quote

from parindex.auth.policy import Scope
from parindex.http.client import is_public

MINUTES = 0  # the edition of what belongs to a campaign


class PublishedEditions:
    """The editions known to be published. Publication is never taken back, so only a yes is remembered."""

    def __init__(self, scoring_url: str) -> None:
        self._scoring_url = scoring_url
        self._known: set[tuple[str, int]] = set()

    async def is_published(self, period: str, edition: int) -> bool:
        """Raises DomainError `upstream_unavailable` when scoring-api cannot be asked now."""
        key = (period, edition)
        if key in self._known:
            return True
        found = await is_public(f"{self._scoring_url}/api/v1/editions/{quote(period, safe='')}/{edition}")
        if found:
            self._known.add(key)
        return found


async def openable(
    published: PublishedEditions, scope: Scope, period: str, editions: Collection[int]
) -> set[int]:
    """Those of a period's editions whose documents the scope opens; 0 stands for hand-over minutes."""
    if scope is Scope.ALL:
        return set(editions)
    asked = sorted(set(editions) - {MINUTES})
    answers = await asyncio.gather(*(published.is_published(period, edition) for edition in asked))
    opened = {edition for edition, answer in zip(asked, answers, strict=True) if answer}
    return opened | ({MINUTES} & set(editions) if scope is Scope.PUBLISHED_AND_MINUTES else set())
