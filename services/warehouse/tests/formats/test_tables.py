"""Tables in plain text: as people save them, as systems write them, and as nobody should."""

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO

import pytest
from services.warehouse.tests.formats.test_foreign import rewritten
from services.warehouse.tests.formats.test_lists import rows
from services.warehouse.tests.formats.test_workbooks import BY_CODE, ITEMS, ORIGIN, SAID, drawn

from saola.kit.errors import DomainError
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.lists import Items, spoken_period, written_period
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import Cell, Origin, judge_lines
from saola.services.warehouse.formats import blanks
from saola.services.warehouse.formats.forms import Template
from saola.services.warehouse.formats.imports import Survey, read_list, survey, wrong_rows
from saola.services.warehouse.formats.submissions import Reading
from saola.services.warehouse.formats.tables import Table

DAY = ORIGIN.period
HEAD = "Mã;Chỉ tiêu;Giá trị;Trạng thái;Ghi chú\r\n"


def blank(said: Mapping[str, Judged] | None = None, language: str = "vi") -> bytes:
    origin = Origin(**(vars(ORIGIN) | {"language": language}))
    return blanks.render(Template(origin, "YT-01", "Dịch bệnh", "Sở Y tế", "", ITEMS, said or {}))


def looked(file: bytes | str, asked: str = DAY) -> Survey:
    return survey(file.encode() if isinstance(file, str) else file, asked, PeriodType.DAY)


def found(file: bytes | str) -> dict[str, str]:
    """What a report says: values, or the reasons why not, by their places."""
    looked_at = looked(file)
    said, flaws = judge_lines(BY_CODE, looked_at.lines, looked_at.language)
    return {code: one.value for code, one in said.items()} | {
        flaw.place: flaw.refusal.reason for flaw in flaws
    }


def listed(file: bytes | str, asked: str = "") -> Reading:
    data = file.encode() if isinstance(file, str) else file
    return read_list(data, asked, PeriodType.DAY, Items(BY_CODE), "vi")


def refused(file: bytes | str, asked: str = DAY) -> DomainError:
    with pytest.raises(DomainError) as no:
        looked(file, asked)
    return no.value


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_drawn_up_says_the_same_when_it_comes_back(language: str) -> None:
    looked_at = looked(blank(SAID, language))
    assert looked_at.language == language
    assert judge_lines(BY_CODE, looked_at.lines, language) == (SAID, [])
    assert looked_at.periods == []


def test_an_empty_template_says_nothing_and_is_a_table_of_its_own_period() -> None:
    looked_at = looked(blank())
    assert [line.code for line in looked_at.lines] == [item.code for item in ITEMS]
    assert judge_lines(BY_CODE, looked_at.lines, "vi") == ({}, [])
    other = looked(blank(), "2026-11-21")
    assert (other.lines, other.periods) == ([], [DAY])


def test_people_and_spreadsheets_can_read_it() -> None:
    text = blank(SAID).decode()
    assert text.startswith("\ufeffKỳ;Mã;Chỉ tiêu;Đơn vị tính;Giá trị;Trạng thái;Ghi chú\r\n")
    assert "20/11/2026;1;Số ca;ca;1204;ước tính;\r\n" in text
    assert "123456789012345678,123456" in text
    assert "'=1+1" in text
    assert blank(SAID, "en").decode().startswith("\ufeffPeriod,Code,Item,Unit,Value,Status,Note")


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-A1", "+84 912", "'=1", "''@", "- ba ca"])
def test_what_begins_like_a_formula_is_none_and_comes_back(text: str) -> None:
    assert judge_lines(BY_CODE, looked(blank({"3": Judged(Status.VALUE, text)})).lines, "vi") == (
        {"3": Judged(Status.VALUE, text)},
        [],
    )


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_unicode_and_any_separator(code: str, delimiter: str) -> None:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [["Mã", "Giá trị", "Ghi chú"], ["2.1", "1.204,5", "Đã rà; soát, kỹ"], ["1", "7", ""]]
    )
    looked_at = looked(out.getvalue().encode(code))
    said, flaws = judge_lines(BY_CODE, looked_at.lines, looked_at.language)
    assert not flaws
    assert (said["2.1"].value, said["2.1"].note) == ("1204.5", "Đã rà; soát, kỹ")


def test_heads_may_stand_lower_and_be_written_apart() -> None:
    text = "sep=;\nBáo cáo dịch bệnh\n\n GIÁ TRỊ ;Mã chỉ tiêu\n7;1\n"
    decomposed = text.replace("GIÁ TRỊ", "Gia\u0301 tri\u0323")
    assert found(text) == found(decomposed) == {"1": "7"}


@pytest.mark.parametrize(
    ("head", "text", "value"),
    [
        ("Mã;Giá trị", "1.204,5", "1204.5"),
        ("Mã;Giá trị", "1,204.5", "AMBIGUOUS_NUMBER"),
        ("Mã;Giá trị", "80.5", "AMBIGUOUS_NUMBER"),
        ("Mã;Giá trị", "12%", "NOT_A_NUMBER"),
        ("Code;Value", "1,204.5", "1204.5"),
        ("Code;Value", "1204.5", "1204.5"),
        ("Code;Value", "1.204,5", "AMBIGUOUS_NUMBER"),
    ],
)
def test_a_number_is_read_in_the_language_of_the_heads(head: str, text: str, value: str) -> None:
    assert list(found(f"{head}\n2.1;{text}\n").values()) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19/11/2026", "2026-11-19"),
        ("2026-11-19", "2026-11-19"),
        ("11/19/2026", "NOT_A_DATE"),
        ("19/11/26", "NOT_A_DATE"),
    ],
)
def test_dates_are_texts(text: str, value: str) -> None:
    assert list(found(f"Mã;Giá trị\n5;{text}\n").values()) == [value]


def test_each_wrong_cell_is_told_by_its_reason() -> None:
    lines = [
        "1;Số ca;nhiều;;",
        "2.1;Tỷ lệ;1,204.5;;",
        f"3;Ghi chú;{'x' * 21};;",
        "4;Đã họp;có lẽ;;",
        "5;Ngày họp;30/02/2026;;",
        "6;Cấp;Cấp III;;",
        "07;Số tiền;=SUM(C2:C3);;",
        "99;Lạ;5;;",
        "1;Số ca;-1;;",
        ";Tổng;5;;",
        "1;Số ca;5;chắc vậy;",
    ]
    assert found(HEAD + "\r\n".join(lines)) == {
        "C2": "NOT_A_NUMBER",
        "C3": "AMBIGUOUS_NUMBER",
        "C4": "TEXT_TOO_LONG",
        "C5": "NOT_A_BOOLEAN",
        "C6": "NOT_A_DATE",
        "C7": "NOT_A_CHOICE",
        "C8": "FORMULA",
        "C9": "UNKNOWN_ITEM",
        "C10": "DUPLICATE_ITEM",
        "C11": "UNKNOWN_ITEM",
        "C12": "DUPLICATE_ITEM",
    }


def test_a_value_that_a_separator_has_torn_apart_is_refused_and_its_neighbours_are_not() -> None:
    text = "Mã,Giá trị\n2.1,1,5\n1,7,,\n1,7\n"
    assert found(text) == {"C2": "SURPLUS_CELLS", "1": "7", "B4": "DUPLICATE_ITEM"}


def test_rows_may_be_short_and_columns_more() -> None:
    assert found("Nhóm;Mã;Giá trị;Ghi chú\na;1;7\nb;2.1\n;;;\n\nc\n") == {"1": "7"}


def test_a_text_may_hold_lines_and_quotes() -> None:
    text = 'Mã;Giá trị\n3;"hai\ndòng, ""trích"""\n1;x\n'
    assert found(text) == {"3": 'hai\ndòng, "trích"', "B3": "NOT_A_NUMBER"}


@pytest.mark.parametrize(
    ("file", "reason", "fact"),
    [
        (b"", "NOT_A_TABLE", 1),
        (b"\xef\xbb\xbf", "NOT_A_TABLE", 1),
        (b"\n\n\n", "NOT_A_TABLE", 1),
        (b"no table\n", "NOT_A_TABLE", 1),
        (drawn(), "NOT_A_TABLE", 1),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NOT_A_TABLE", 1),
        (bytes(4096), "NOT_A_TABLE", 1),
        (f"{HEAD}1;a;\0005;;\n".encode(), "NOT_A_TABLE", 2),
        (f'{HEAD}1;a;5;;\n2.1;"a;5;;\n'.encode(), "NOT_A_TABLE", 3),
        (f'{HEAD}1;a;"5"x;;\n'.encode(), "NOT_A_TABLE", 2),
        (f"{HEAD}1;{'a' * 200_000};5;;\n".encode(), "NOT_A_TABLE", 2),
        (f"{HEAD}1;a;5".encode("utf-16")[:-1], "NOT_A_TABLE", None),
    ],
)
def test_what_is_no_table_is_refused_whole(file: bytes, reason: str, fact: int | None) -> None:
    no = refused(file)
    assert no.reason == reason
    assert fact is None or no.facts["line"] == fact


def test_an_older_code_is_told_with_what_to_do() -> None:
    body = "1;a;5;;\n" * 3000  # more than is read at once
    for number, text in ((1, HEAD), (3001, "Code;Item;Value\n" + body[:-8] + "2;é;1\n")):
        no = refused(text.encode("cp1258", errors="replace") if number > 1 else _ansi(text))
        assert (no.reason, no.facts["line"]) == ("NOT_UNICODE", number)
        assert "CSV UTF-8" in no.text("vi")


def _ansi(text: str) -> bytes:
    """As Excel saves a CSV in Vietnamese Windows: marks of tones stand behind their letters."""
    return text.replace("ã", "a\u0303").replace("á", "a\u0301").encode("cp1258", errors="replace")


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ("Mã;Số liệu", "Giá trị (Value)"),
        ("STT;Giá trị", "Mã (Code)"),
        ("a;b;c", "Mã (Code), Giá trị (Value)"),
        ('{"code": 1, "value": 2}', "Mã (Code), Giá trị (Value)"),
    ],
)
def test_wrong_heads_are_told(head: str, missing: str) -> None:
    no = refused(f"{head}\n1;2;3\n")
    assert (no.reason, no.facts["columns"]) == ("COLUMNS_MISSING", missing)


def test_a_head_stands_once_and_a_table_for_no_period_says_its_own() -> None:
    no = refused("Mã;Giá trị;giá trị\n1;2;3\n")
    assert (no.reason, no.facts["column"]) == ("COLUMN_TWICE", "giá trị")
    no = refused("Mã;Giá trị\n1;2\n", "")
    assert (no.reason, no.facts["columns"]) == ("COLUMNS_MISSING", "Kỳ (Period)")


def test_lines_of_other_periods_are_a_list() -> None:
    text = (
        "Kỳ;Mã;Giá trị\n20/11/2026;1;5\n19/11/2026;1;6\n2026-11-20;2.1;7,5\n"
        "19/11/2026;1;7\n32/11/2026;1;8\n=A1;1;9\n18/11/2026;1;x\n"
    )
    assert [line.code for line in looked(text).lines] == ["1", "2.1"]
    said = listed(text, DAY)
    assert (said.received, said.refused) == (5, 4)
    assert list(rows(said)[0].periods) == ["2026-11-19"]
    assert [(place, reason) for place, _, reason, _ in said.told] == [
        ("C5", "DUPLICATE_ITEM"),
        ("A6", "NOT_A_PERIOD"),
        ("A7", "FORMULA"),
        ("C8", "NOT_A_NUMBER"),
    ]
    assert said.period_place(3) == "A3"


def test_the_wrong_rows_go_back_with_their_reasons_and_can_be_sent_again() -> None:
    text = "Kỳ\tMã\tGiá trị\n19/11/2026\t1\tx\n18/11/2026\t1\t5\n17/11/2026\t1\t=1\n"
    back = wrong_rows(text.encode("utf-16"), {2: "Sai.", 4: "Công thức;\nbỏ đi."}, "vi")
    sheet = list(csv.reader(StringIO(back.decode("utf-8-sig")), delimiter="\t"))
    assert sheet == [
        ["Kỳ", "Mã", "Giá trị", "Lý do"],
        ["19/11/2026", "1", "x", "Sai."],
        ["17/11/2026", "1", "'=1", "Công thức;\nbỏ đi."],
    ]
    again = wrong_rows(back, {3: "Vẫn sai."}, "vi")
    assert again.decode().splitlines()[1:] == ["17/11/2026\t1\t'=1\tVẫn sai."]
    assert listed(back.replace(b"\tx\t", b"\t7\t")).refused == 1


def test_a_list_of_a_hundred_thousand_lines_is_taken() -> None:
    items = {f"{n}": Item(f"{n}", "x", ValueType.DECIMAL, decimals=1) for n in range(10)}
    days = [date.fromordinal(date(2000, 1, 1).toordinal() + n) for n in range(10_000)]
    text = "Kỳ;Mã;Giá trị\n" + "".join(f"{day};{n};1.204,5\n" for day in days for n in items)
    said = read_list(text.encode(), "", PeriodType.DAY, Items(items), "vi")
    assert (said.received, said.refused, len(said.parts)) == (100_000, 0, 20)


def test_a_report_has_so_many_lines_at_most() -> None:
    assert refused("Mã;Giá trị\n" + "1;5\n" * 5001).reason == "TOO_MANY_ROWS"


def test_a_flood_of_empty_lines_ends() -> None:
    assert refused("Mã;Giá trị\n" + "\n" * (1 << 20)).reason == "TOO_MANY_LINES"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("written", ["2026-11-02", "2026-W47", "2026-11", "2026-Q4", "2026"])
def test_a_period_is_written_as_it_is_read(written: str, language: str) -> None:
    period = Period.read(written)
    spoken = spoken_period(period, language)
    assert written_period(Cell("A2", spoken), period.type) == written


def test_a_workbook_called_csv_is_no_table_even_if_it_is_not_packed() -> None:
    assert refused(rewritten(drawn(), lambda _, part: part)).reason == "NOT_A_TABLE"
    assert Table(b"Code,Value\n1,2\n").language == "en"
