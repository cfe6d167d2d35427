"""Tables in plain text of strangers: in any code of Unicode, with whole quotes."""

import pytest

from saola.sheets.texts import DELIMITERS, MARK, NotAText, NotUnicode, records

TEXT = 'Mã;Ghi chú\r\n1;"hai\ndòng, ""trích"""\r\n\r\n2;x\r\n'
ROWS = [(1, ["Mã", "Ghi chú"]), (2, ["1", 'hai\ndòng, "trích"']), (3, []), (4, ["2", "x"])]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_rows_are_numbered_as_a_spreadsheet_shows_them(code: str) -> None:
    assert list(records(TEXT.encode(code), ";")) == ROWS


def test_each_separator_makes_its_own_rows() -> None:
    assert [next(records(b"a;b,c\td", one))[1] for one in DELIMITERS] == [
        ["a", "b,c\td"],
        ["a;b", "c\td"],
        ["a;b,c", "d"],
    ]


def test_nothing_has_no_rows() -> None:
    assert list(records(b"", ";")) == list(records(MARK.encode(), ";")) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    assert [row for _, row in records(f"a;b{end}c;d{end}".encode(), ";")] == [
        ["a", "b"],
        ["c", "d"],
    ]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (b"a;b\nc;\0", 2),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", 1),
        (bytes(100), 1),
        (b'a;b\nc;"d\n', 2),
        (b'a;b\nc;"d"e\n', 2),
        (f"a;{'b' * 200_000}".encode(), 1),
        ("a;b\nc".encode("utf-16")[:-1], 2),
        ("a;b".encode("utf-32"), 1),
    ],
)
def test_what_is_no_text_is_told_by_its_line(file: bytes, line: int) -> None:
    with pytest.raises(NotAText) as no:
        list(records(file, ";"))
    assert (type(no.value), no.value.line) == (NotAText, line)


def test_an_older_code_is_told_by_its_line_however_long_the_file() -> None:
    for before in (0, 3, 30_000):
        file = b"a;b\n" * before + "Mã".encode("cp1258", "replace") + b"\xe3;c\n"
        with pytest.raises(NotUnicode) as no:
            list(records(file, ";"))
        assert no.value.line == before + 1


def test_an_older_code_that_is_said_is_read_with_its_marks_as_we_write_them() -> None:
    file = "Mã;Hoà Bi\u0300nh".replace("ã", "a\u0303").encode("windows-1258")
    assert list(records(file, ";", "windows-1258")) == [(1, ["Mã", "Hoà Bình"])]
    with pytest.raises(NotAText):
        list(records(b"a;\xd2\n\x81", ";", "windows-1252"))


@pytest.mark.parametrize("said", ["", "utf-8", "utf-16"])
@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_of_unicode_the_mark_is_believed_and_not_what_is_said(code: str, said: str) -> None:
    assert list(records(TEXT.encode(code), ";", said)) == ROWS
