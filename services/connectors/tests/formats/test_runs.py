"""The rows of an answer, right and wrong."""

import json
from decimal import Decimal

import pytest

from saola.kit.errors import DomainError
from saola.services.connectors.domain.answers import Nested, Row
from saola.services.connectors.domain.connectors import Format
from saola.services.connectors.formats.runs import Layout, read, sample


def json_layout(*sources: str, rows: str = "", period: str = "") -> Layout:
    return Layout(Format.JSON, sources, rows=rows, period_source=period)


def csv_layout(*sources: str, period: str = "", **more: str) -> Layout:
    return Layout(Format.CSV, sources, period_source=period, **more)


def wrong(body: bytes, layout: Layout) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as no:
        read(body, layout)
    return no.value.reason, no.value.facts


def test_an_object_is_one_row_and_a_list_is_many() -> None:
    assert read(b'{"a": {"b": 7}}', json_layout("a.b")) == [Row(1, None, {"a.b": Decimal(7)})]
    body = b'{"data": [{"ky": "2026-10", "a": 1.10}, {"ky": "2026-11", "a": "2"}]}'
    assert read(body, json_layout("a", rows="data", period="ky")) == [
        Row(1, "2026-10", {"a": Decimal("1.10")}),
        Row(2, "2026-11", {"a": "2"}),
    ]


def test_figures_are_exact_and_are_added_exactly() -> None:
    body = b'{"x": [{"m": "A", "v": 0.1}, {"m": "B", "v": 0.2}], "big": 123456789012345.678}'
    layout = json_layout("sum(x[].v)", "x[?m == 'B'].v | [0]", "big")
    [row] = read(body, layout)
    assert row.values == {
        "sum(x[].v)": Decimal("0.3"),
        "x[?m == 'B'].v | [0]": Decimal("0.2"),
        "big": Decimal("123456789012345.678"),
    }


def test_what_is_there_not_once_is_no_value() -> None:
    layout = json_layout("list", "object", "nothing", "sum(list)", "huge")
    body = b'{"list": [1, "x"], "object": {}, "huge": 1e99999999}'
    [row] = read(body, layout)
    assert row.values == {
        "list": Nested.ONE,
        "object": Nested.ONE,
        "nothing": None,
        "sum(list)": Nested.ONE,
        "huge": Nested.ONE,
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": 1',
        b'{"a": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe\xfa",
        b'{"a": "\xc3"}',
        b"[" * 100_000,
        b"9" * 5000,
        b'{"a": "\0"}',
        b"{'a': 1}",
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    assert wrong(body, json_layout("a"))[0] == "ANSWER_NOT_READABLE"


def test_where_json_breaks_is_said() -> None:
    assert wrong(b'{"a": 1,\n"b": 2,\n"c": }', json_layout("a"))[1]["line"] == 3


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b'{"data": []}'])
def test_an_answer_without_rows_is_refused(body: bytes) -> None:
    rows = "data" if b"data" in body else ""
    assert wrong(body, json_layout("a", rows=rows))[0] == "NO_ROWS"


def test_there_are_so_many_rows_and_no_more() -> None:
    body = json.dumps([{"a": 1}] * 1001).encode()
    assert wrong(body, json_layout("a")) == ("TOO_MANY_ROWS", {"most": 1000})
    assert len(read(body.replace(b'{"a": 1}, ', b"", 1), json_layout("a"))) == 1000


@pytest.mark.parametrize("layout", [json_layout("a"), csv_layout("a")])
def test_a_page_to_sign_in_is_no_data_whatever_it_says_it_is(layout: Layout) -> None:
    body = b"\xef\xbb\xbf\n <!DOCTYPE html><html>..."
    assert wrong(body, layout) == ("UNEXPECTED_TYPE", {"type": "text/html"})


def test_columns_are_found_by_their_header_with_or_without_its_marks() -> None:
    body = "\ufeff\nKỳ;Tổng số ca;Ghi chú\n11/2026;1.234;đủ\n".encode()
    layout = csv_layout("tong so ca", period="Kỳ", delimiter=";")
    assert read(body, layout) == [Row(1, "11/2026", {"tong so ca": "1.234"})]


def test_an_old_file_is_read_by_its_encoding() -> None:
    body = "Xã,Số ca\nHòa Bình,5\n".encode("utf-16")
    [row] = read(body, csv_layout("Số ca", encoding="utf-16"))
    assert row.values == {"Số ca": "5"}
    older = b"Xa,So ca\nHoa Binh,5\nX\xe3,8\n"
    refusal = ("ANSWER_NOT_READABLE", {"format": "CSV", "line": 3})
    assert wrong(older, csv_layout("So ca")) == refusal


@pytest.mark.parametrize("said", ["", "utf-8", "utf-16"])
@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_which_of_the_codes_of_unicode_it_is_in_shows_by_itself(code: str, said: str) -> None:
    [row] = read("Xã,Số ca\nHòa Bình,5\n".encode(code), csv_layout("Số ca", encoding=said))
    assert row.values == {"Số ca": "5"}


def test_marks_that_an_older_code_puts_apart_are_put_together() -> None:
    body = "Xa\u0303,Sô\u0301\nHoà Bi\u0300nh,5\n".encode("windows-1258")
    [row] = read(body, csv_layout("Xã", encoding="windows-1258"))
    assert row.values == {"Xã": "Hoà Bình"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a,b\n1\n", "ANSWER_NOT_READABLE"),  # cut off in the middle of a line
        (b"a,b\n1,2,3\n", "ANSWER_NOT_READABLE"),  # a number with the wrong mark in it
        (b'a,b\n"1,2\n', "ANSWER_NOT_READABLE"),
        (b'a,b\n"1"x,2\n', "ANSWER_NOT_READABLE"),
        (b"b,c\n1,2\n", "MISSING_COLUMN"),
        (b"a,A,b\n1,2,3\n", "MISSING_COLUMN"),
        (b"a;b\n1;2\n", "MISSING_COLUMN"),
        (b"a,b\n", "NO_ROWS"),
        (b"\n\n", "NO_ROWS"),
        (b"a,b\n" + b"1,2\n" * 1001, "TOO_MANY_ROWS"),
    ],
)
def test_what_is_no_such_table_is_refused(body: bytes, reason: str) -> None:
    assert wrong(body, csv_layout("a"))[0] == reason


def test_a_sample_is_shown_as_text_whatever_it_is() -> None:
    assert sample("\ufeffKỳ\t1\n".encode(), "") == "Kỳ\t1\n"
    assert len(sample(b"\x00\x1b[31m\xff" * 9000, "")) == 2000
    assert "\x1b" not in sample(b"\x1b[31m", "")
