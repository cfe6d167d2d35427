"""Workbooks of strangers: what is none, what is harmful, and what breaks only when it is read."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from saola.sheets.workbooks import (
    MOST_BYTES,
    MOST_PARTS,
    NotAWorkbook,
    UnsafeWorkbook,
    carefully,
    opened,
)

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how encrypted and old files begin


def book() -> bytes:
    made, out = Workbook(), BytesIO()
    made.worksheets[0].append(["Mã", "Giá trị"])
    made.worksheets[0].append(["1", "=1+1"])
    made.save(out)
    return out.getvalue()


def rewritten(change: Callable[[str, bytes], bytes | None], more: dict[str, bytes]) -> bytes:
    """The same archive with other parts; None leaves one out."""
    out = BytesIO()
    with ZipFile(BytesIO(book())) as given, ZipFile(out, "w", ZIP_DEFLATED) as zipped:
        for name in given.namelist():
            if (part := change(name, given.read(name))) is not None:
                zipped.writestr(name, part)
        for name, part in more.items():
            zipped.writestr(name, part)
    return out.getvalue()


def part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    return rewritten(lambda known, data: change(data) if known.endswith(name) else data, {})


def added(**parts: bytes) -> bytes:
    return rewritten(lambda _, data: data, {name.replace("_", "."): parts[name] for name in parts})


def test_a_workbook_is_opened_to_be_changed_or_as_a_stream() -> None:
    for stream in (True, False):
        rows = opened(book(), stream=stream).worksheets[0].iter_rows(values_only=True)
        assert list(rows) == [("Mã", "Giá trị"), ("1", "=1+1")]
    rows = opened(book(), stream=True, computed=True).worksheets[0].iter_rows(values_only=True)
    assert list(rows)[1] == ("1", None)  # nobody has computed it yet


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"no workbook",
        b"PK\x03\x04",
        OLE + bytes(4096),
        book()[:-200],
        book()[: len(book()) // 2],
        part("workbook.xml", lambda data: data[:100]),
        rewritten(lambda name, data: None if name == "xl/workbook.xml" else data, {}),
        rewritten(lambda name, data: None if "Content_Types" in name else data, {}),
    ],
)
def test_what_is_no_workbook_is_told(file: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        opened(file, stream=True)


@pytest.mark.parametrize(
    "file",
    [
        added(big=bytes(MOST_BYTES + 1)),
        added(**{f"part{n}": b"" for n in range(MOST_PARTS)}),
        part("sheet1.xml", lambda data: data + b" " * (8 << 20)),
        added(vbaProject_bin=b"x"),
        part("Content_Types].xml", lambda data: data.replace(b"sheet.main", b"macroEnabled.main")),
        part("workbook.xml", lambda data: b'<!DOCTYPE x [<!ENTITY a "a">]>' + data),
        part("sheet1.xml", lambda _: '<!doctype x [<!ENTITY a "a">]><x/>'.encode("utf-16")),
    ],
)
def test_what_is_harmful_is_told_and_never_unpacked(file: bytes) -> None:
    with pytest.raises(UnsafeWorkbook):
        opened(file, stream=True)


def test_an_archive_that_lies_about_its_size_is_no_workbook() -> None:
    file = bytearray(book())
    found = file.find(b"PK\x01\x02")
    file[found + 24 : found + 28] = (1).to_bytes(4, "little")
    with pytest.raises(NotAWorkbook):
        opened(bytes(file), stream=True)


def test_what_breaks_only_when_its_rows_are_read_is_no_workbook_either() -> None:
    torn = opened(part("sheet1.xml", lambda data: data[:-60]), stream=True)
    with pytest.raises(NotAWorkbook), carefully():
        list(torn.worksheets[0].iter_rows())


def test_what_others_raise_meanwhile_is_theirs() -> None:
    with pytest.raises(UnsafeWorkbook), carefully():
        raise UnsafeWorkbook
    with pytest.raises(ZeroDivisionError), carefully():
        raise ZeroDivisionError
