"""The two forms of an agency's electronic identifier; whose it is stands elsewhere."""

import re

LONGEST = 35
_CODE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]+)*")
_OLD_CODE = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")


def is_identifier(code: str) -> bool:
    """The form of QĐ 20/2020/QĐ-TTg (as amended by QĐ 09/2025/QĐ-TTg): groups by dots, at most 35 signs.

    >>> is_identifier("H23.14"), is_identifier("H23"), is_identifier("000.00.14.H23")
    (True, True, False)
    """
    return len(code) <= LONGEST and _CODE.fullmatch(code) is not None


def is_old_identifier(code: str) -> bool:
    """The form of QCVN 102:2016/BTTTT: thirteen signs, the most specific group first.

    >>> is_old_identifier("000.01.14.H05"), is_old_identifier("H05.14.1")
    (True, False)
    """
    return _OLD_CODE.fullmatch(code) is not None


def identifier_of(old_code: str) -> str:
    """The code that an old one stands for: groups turned round, empty ones and leading zeros gone.

    >>> identifier_of("000.01.14.H05"), identifier_of("000.00.00.H23")
    ('H05.14.1', 'H23')
    """
    *groups, province = old_code.split(".")
    kept = [group.lstrip("0") for group in reversed(groups)]
    while kept and not kept[-1]:
        kept.pop()
    return ".".join([province, *(group or "0" for group in kept)])


def as_identifier(text: str) -> str:
    """What a text names in the present form, whatever form and case it is in; empty when it is no code.

    >>> as_identifier(" h05.14.1 "), as_identifier("000.01.14.h05"), as_identifier("Sở Y tế")
    ('H05.14.1', 'H05.14.1', '')
    """
    code = text.strip().upper()
    if is_old_identifier(code):
        return identifier_of(code)
    return code if is_identifier(code) else ""
