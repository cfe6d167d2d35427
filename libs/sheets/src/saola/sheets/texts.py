"""A table in plain text (CSV) that strangers send: its code, its lines, its rows."""

import codecs
import csv
import unicodedata
from collections.abc import Iterator, Sequence
from io import BytesIO, TextIOWrapper
from typing import Final

DELIMITERS: Final = (";", ",", "\t")
MARK: Final = "\ufeff"  # by which Excel knows UTF-8
MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PLAIN: Final = "utf-8"
UTF_8: Final = {PLAIN, MARKS[codecs.BOM_UTF8]}
UNICODE: Final = {*UTF_8, MARKS[codecs.BOM_UTF16_LE]}
Record = tuple[int, Sequence[str]]


class NotAText(Exception):
    """It is binary, or its quotes do not match, from this line on."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class NotUnicode(NotAText):
    """It is written in an older code."""


def encoding(file: bytes, said: str = "") -> str:
    """An older code has to be said. What is said to be Unicode, or nothing, is told by its mark;
    without one, UTF-16 shows by the noughts in its first letter."""
    if said and said not in UNICODE:
        return said
    for mark, name in MARKS.items():
        if file.startswith(mark):
            return name
    if file[:1] != b"\0" and file[1:2] == b"\0":
        return "utf-16-le"
    other = said or PLAIN
    return "utf-16-be" if file[:1] == b"\0" and file[1:2] != b"\0" else other


def lines(file: bytes, said: str = "") -> Iterator[str]:
    """Each with its end, and with its marks as we write them: older codes put them apart."""
    number, code = 0, encoding(file, said)
    try:
        for number, line in enumerate(TextIOWrapper(BytesIO(file), code, newline=""), 1):
            if "\0" in line:
                raise NotAText(number)
            yield unicodedata.normalize("NFC", line)
    except UnicodeDecodeError as error:
        if code not in UTF_8 or b"\0" in file:
            raise NotAText(number + 1) from error
        raise NotUnicode(_first_wrong(file)) from error


def records(file: bytes, delimiter: str, said: str = "") -> Iterator[Record]:
    """All rows, numbered from 1 as a spreadsheet shows them."""
    reader = csv.reader(lines(file, said), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise NotAText(max(reader.line_num, 1)) from error


def _first_wrong(file: bytes) -> int:
    """The line of the first letter that is none in UTF-8."""
    try:
        file.decode()
    except UnicodeDecodeError as error:
        return file.count(b"\n", 0, error.start) + 1
    return 1
