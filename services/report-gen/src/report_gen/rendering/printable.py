"""Text that any file format takes: one line, no characters XML forbids, none that reorder what is read."""

import re

# XML 1.0 takes no control characters, surrogates and noncharacters; U+202A..E, U+2066..9 turn text around.
_UNPRINTABLE = re.compile("[^\x20-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHITE = re.compile(r"[\t\n\r\x0b\x0c\u2028\u2029]+")


def printable(text: str) -> str:
    r"""The text as it can be printed; spaces at its ends stay, since runs meet there.

    >>> printable("Sở\x00 Y\n tế\u202e <b>& ")
    'Sở Y  tế <b>& '
    """
    return _UNPRINTABLE.sub("", _WHITE.sub(" ", text))
