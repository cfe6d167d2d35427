"""A workbook (xlsx) that strangers send: whether it is one, and harmless, before anything of it is
read."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES: Final = 200 << 20  # unpacked
MOST_RATIO, SMALL = 200, 1 << 20  # unpacked to packed, of parts that are not small
MOST_PARTS: Final = 500
HEAD_BYTES: Final = 1 << 16
BROKEN = (
    AttributeError,
    BadZipFile,
    EOFError,
    IndexError,
    InvalidFileException,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,  # a part that is encrypted
    SyntaxError,  # what parsers of XML raise
    TypeError,
    ValueError,
    zlib.error,
)


class NotAWorkbook(Exception):
    """It is none, or broken."""


class UnsafeWorkbook(Exception):
    """It holds macros or entities, or unpacks to too much."""


def opened(file: bytes, *, stream: bool, computed: bool = False) -> Workbook:
    """As a `stream` it can only be read, row by row; `computed` shows what formulas came to last
    instead of the formulas."""
    with carefully():
        with ZipFile(BytesIO(file)) as archive:
            _check(archive)
        return load_workbook(
            BytesIO(file),
            read_only=stream,
            data_only=computed,
            rich_text=False,
            keep_links=False,
        )


@contextmanager
def carefully() -> Iterator[None]:
    """Whatever a file makes its readers raise says one thing of it. Rows are read late: around
    what goes through those of a stranger stands this."""
    try:
        yield
    except BROKEN as error:
        causes = (error, error.__cause__, error.__context__)  # openpyxl tells it in its own words
        harmful = any(isinstance(cause, DefusedXmlException) for cause in causes)
        raise (UnsafeWorkbook if harmful else NotAWorkbook) from error


def _check(archive: ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.casefold() for part in parts}
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook
    big = sum(part.file_size for part in parts) > MOST_BYTES or len(parts) > MOST_PARTS
    big = big or any(part.file_size > max(SMALL, MOST_RATIO * part.compress_size) for part in parts)
    if big or any("vba" in name for name in names) or _is_harmful(archive):
        raise UnsafeWorkbook


def _is_harmful(archive: ZipFile) -> bool:
    """Whether it says that it holds macros, or a part declares entities: no spreadsheet does."""
    for part in archive.infolist():
        if part.filename.casefold().endswith((".xml", ".rels")):
            with archive.open(part) as content:
                if b"<!DOCTYPE" in content.read(HEAD_BYTES).replace(b"\0", b"").upper():
                    return True
    return b"macroEnabled" in archive.read("[Content_Types].xml")
