"""Vietnamese text: one normal form at the border, one order, one way to compare names and print lists."""

import re
import unicodedata
from collections.abc import Sequence

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# XML 1.0 takes no control characters, surrogates and noncharacters; U+202A..E, U+2066..9 turn text around.
_UNPRINTABLE = re.compile("[^\x20-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHITE = re.compile(r"[\t\n\r\x0b\x0c\u2028\u2029]+")
_RANK = {letter: f"{index:02d}" for index, letter in enumerate(_LETTERS)}


def nfc(text: str) -> str:
    """Text as it is stored: NFC, outer and double spaces gone."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _base_and_tone(letter: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((_TONES.index(mark) + 1 for mark in marks if mark in _TONES), 0)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)), tone


def vietnamese_sort_key(text: str) -> str:
    """A key that plain byte order sorts as a Vietnamese dictionary does: letters first, then tones.

    >>> sorted(["Ưng", "Ơn", "Đông", "Oanh", "Ân", "Dũng", "Ăn", "An"], key=vietnamese_sort_key)
    ['An', 'Ăn', 'Ân', 'Dũng', 'Đông', 'Oanh', 'Ơn', 'Ưng']
    """
    letters, tones = [], []
    for letter in nfc(text).lower():
        base, tone = _base_and_tone(letter)
        letters.append(_RANK.get(base, "~" + base if base.isalpha() else base))
        tones.append(str(tone))
    return "".join(letters) + "\x01" + "".join(tones)


def match_key(name: str) -> str:
    """What two spellings of one name share: case, tone place (hóa/hoá), «và», «&», «-» and dots do not count.

    >>> match_key("Văn hóa - Thể thao & Du lịch") == match_key("Văn hoá, Thể thao và Du lịch")
    True
    """
    marks = unicodedata.normalize("NFD", nfc(name).lower())
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", marks))
    return " ".join(_word_key(word) for word in words if word != "và")


def _word_key(word: str) -> str:
    """The word's letters and its tones apart, so that the tone's place in a syllable does not matter."""
    pairs = [_base_and_tone(letter) for letter in word]
    return "".join(base for base, _ in pairs) + "".join(str(tone) for _, tone in pairs if tone)


def ascii_fold(text: str) -> str:
    """ASCII letters only, for file names and codes.

    >>> ascii_fold("Sở Công thương Đà Nẵng")
    'So Cong thuong Da Nang'
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return (
        "".join(mark for mark in plain if not unicodedata.combining(mark)).encode("ascii", "ignore").decode()
    )


def slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", ascii_fold(text).lower()))


def listing(names: Sequence[str]) -> str:
    """Names in a row of prose.

    >>> listing(["Nam Sách", "Kim Thành", "Tứ Kỳ"]), listing(["Sở Y tế"])
    ('Nam Sách, Kim Thành và Tứ Kỳ', 'Sở Y tế')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"


def printable(text: str) -> str:
    r"""The text as it can be printed; spaces at its ends stay, since runs meet there.

    >>> printable("Sở\x00 Y\n tế\u202e <b>& ")
    'Sở Y  tế <b>& '
    """
    return _UNPRINTABLE.sub("", _WHITE.sub(" ", text))
