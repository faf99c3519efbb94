"""Counting answers in the packed form that the database sends arrays in."""

import sys
from array import array
from collections import Counter

AnswerCounts = dict[tuple[int, int], int]
"""Position (1, 2, …) and answer → ballots."""


def add_packed(counts: AnswerCounts, answers: int, packed: bytes) -> None:
    """Add ballots of `answers` answers each («kiểm đếm»).

    Every answer is four bytes of length and two of value, the most significant first.

    >>> counts: AnswerCounts = {}
    >>> ballots = [(5, 0), (5, -1)]
    >>> elements = [value.to_bytes(2, "big", signed=True) for ballot in ballots for value in ballot]
    >>> add_packed(counts, 2, b"".join(bytes([0, 0, 0, 2]) + element for element in elements))
    >>> counts
    {(1, 5): 2, (2, 0): 1, (2, -1): 1}
    """
    words = array("h", packed)
    if sys.byteorder == "little":
        words.byteswap()
    values = words[2::3]
    for place in range(answers):
        for answer, ballots in Counter(values[place::answers]).items():
            key = (place + 1, answer)
            counts[key] = counts.get(key, 0) + ballots
