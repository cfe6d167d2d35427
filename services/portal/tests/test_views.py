"""What the pages show of the services' answers."""

import gzip
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.obligations_pb2 import Board, ExpectedReport
from saola.apis.warehouse.v1.submissions_pb2 import Change, Submission, Value
from saola.edges.portal import i18n
from saola.edges.portal.pages.board.routes import drawn, packed
from saola.edges.portal.pages.board.view import kind_of, shown
from saola.edges.portal.pages.reports import grid
from saola.edges.portal.pages.reports.view import KINDS, asked, line, words_of
from saola.edges.portal.pages.search.routes import Hit, nearest
from saola.edges.portal.pages.submissions.view import actions, channels, steps
from saola.kit.errors import DomainError
from saola.services.warehouse.domain.submissions import Action, Channel

VI, EN = i18n.words("vi"), i18n.words("en")
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # 12:00 in Vietnam
Cell = Board.Cell


def at(hour: int, minute: int = 0) -> Timestamp:
    """A moment of that day on the clocks of Vietnam."""
    moment = Timestamp()
    moment.FromDatetime(datetime(2026, 11, 20, hour - 7, minute, tzinfo=UTC))
    return moment


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (Cell(expected=2, submitted=2), "in"),
        (Cell(expected=2, submitted=1), "draft"),
        (Cell(expected=2, submitted=1, returned=1), "returned"),
        (Cell(expected=1, draft=1), "draft"),
        (Cell(expected=1), "todo"),
        (Cell(expected=0, exempt=1), "exempt"),
        (Cell(expected=1, submitted=1, exempt=1), "in"),
    ],
)
def test_a_cell_shows_the_worst_that_is_true(cell: Cell, kind: str) -> None:
    assert kind_of(cell) == kind


def test_the_board_counts_down_to_the_next_deadline_by_the_servers_clock() -> None:
    cells = [Cell(agency="agencies/1", expected=1, submitted=1, submit_time=at(9, 5)), Cell()]
    board = Board(
        date="2026-11-20",
        cells=cells,
        agencies=2,
        complete=1,
        next_due_time=at(17),
        last_due_time=at(18),
        read_time=at(15, 41),
    )
    seen = shown(board, VI)
    assert (seen.left, seen.due, seen.late) == ("01:19:00", "17:00", False)
    assert (seen.percent, seen.missing) == (50, 1)
    assert seen.cells[0].text == "09:05"
    assert seen.said == "đã gửi 1, cần sửa 0, đang nhập 0, chưa bắt đầu 1"


def test_after_the_last_deadline_the_board_says_how_late_it_is() -> None:
    board = Board(agencies=2, complete=1, last_due_time=at(17), read_time=at(17, 30))
    assert (shown(board, VI).late, shown(board, VI).left) == (True, "00:30:00")


def test_17_00_sharp_is_late() -> None:
    board = Board(agencies=1, last_due_time=at(17), read_time=at(17))
    assert shown(board, VI).late
    assert line(ExpectedReport(due_time=at(17)), VI, at(17).ToDatetime(UTC)).late


def test_who_is_exempt_is_not_late_and_the_reason_is_shown() -> None:
    flooded = ExpectedReport(due_time=at(17), exemption="exemptions/1", exemption_reason="Lũ quét")
    seen = line(flooded, VI, at(18).ToDatetime(UTC))
    assert (seen.late, seen.exempt) == (False, "Lũ quét")
    seen_board = shown(Board(cells=[Cell(exempt=1)], read_time=at(12)), VI)
    assert [(cell.kind, cell.text) for cell in seen_board.cells] == [("exempt", "được miễn")]


@pytest.mark.parametrize("words", [VI, EN])
def test_every_state_of_a_report_and_all_that_is_done_to_it_has_a_word(words: i18n.Words) -> None:
    states = set(Submission.State.values())
    assert KINDS.keys() == words_of(words).keys() == states
    assert {action.value for action in Action} <= actions(words).keys()
    assert {channel.value for channel in Channel} <= channels(words).keys()


def test_a_day_without_reports_is_told_and_not_divided_by() -> None:
    seen = shown(Board(read_time=at(12)), EN)
    assert (seen.percent, seen.until) == (0, 0)


def test_overdue_reports_are_looked_for_by_local_days() -> None:
    last_second = datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Vietnam
    today = asked("today", "", last_second, "")
    assert (today.due_from, today.due_to, today.open) == ("2026-11-20", "2026-11-21", False)
    assert asked("late", "", last_second, "").open
    sent = asked("sent", " y te ", last_second, "")
    assert (sent.submitted, sent.open, sent.query) == (True, False, "y te")


FORM = Form(
    items=[
        Form.Item(code="a", label_vi="Lượt khám", value_type=Form.VALUE_TYPE_INTEGER),
        Form.Item(code="b", label_vi="Công suất", value_type=Form.VALUE_TYPE_DECIMAL),
        Form.Item(code="c", label_vi="Ngày", value_type=Form.VALUE_TYPE_DATE),
    ]
)
STORED = Submission(
    values=[
        Value(item="a", value="3182", status=Value.STATUS_VALUE),
        Value(item="b", status=Value.STATUS_MISSING),
        Value(item="c", value="2026-11-20"),
    ]
)


def test_what_is_stored_is_shown_as_one_would_type_it() -> None:
    spelt = grid.spelt(FORM, STORED, VI)
    assert [spelt[code].value for code in "abc"] == ["3.182", "", "20/11/2026"]


def sent(**values: str) -> dict[str, str]:
    there = {"a.value": "3.182", "a.status": "1", "b.status": str(Value.STATUS_MISSING)}
    return there | {key.replace("_", "."): value for key, value in values.items()}


def test_only_what_says_something_new_is_sent() -> None:
    typed = grid.read(FORM, sent(c_value="2026-11-20", c_status="1"))
    assert grid.new(typed, STORED, VI) == []
    typed = grid.read(FORM, sent(a_value="3.183", c_value="2026-11-20"))
    assert grid.new(typed, STORED, VI) == [
        Value(item="a", value="3.183", status=Value.STATUS_VALUE)
    ]


def test_an_emptied_line_takes_back_what_was_said() -> None:
    typed = grid.read(FORM, sent(a_value="", c_value="2026-11-20"))
    assert grid.new(typed, STORED, VI) == [Value(item="a")]


def test_what_a_browser_makes_up_is_no_status() -> None:
    (first, *_) = grid.read(FORM, {"a.value": "1", "a.status": "99"})
    assert first.status == Value.STATUS_VALUE


class NotANumber(DomainError):
    vi = "Dòng “{item}”: “{value}” không phải là số."
    en = "Item “{item}”: “{value}” is not a number."


def test_a_refusal_stands_at_its_line_without_the_code() -> None:
    refusal = NotANumber(item="a", value="x")
    assert grid.errors(refusal, [], FORM, VI) == {"a": "“x” không phải là số."}
    assert grid.errors(NotANumber(item="?", value="x"), [], FORM, VI) == {}


def test_the_history_says_who_entered_what_and_when() -> None:
    entered = Change(
        action="entered",
        actor="officials/1",
        time=at(9),
        channel="excel",
        values=[Value(item="a", value="3183"), Value(item="b", status=Value.STATUS_MISSING)],
        former_values=[Value(item="a", value="3182")],
    )
    other = Change(action="submitted", actor="officials/2", time=at(10), channel="web")
    first, second = steps([entered, other], {"a": "Lượt khám"}, {}, "officials/1", VI)
    assert (first.who, first.when, first.channel) == ("bạn", "09:00, 20/11/2026", "Excel")
    assert [(one.label, one.before, one.after) for one in first.differences] == [
        ("Lượt khám", "3.182", "3.183"),
        ("b", "–", "chưa có"),
    ]
    assert second.who == "cán bộ của đơn vị"


def test_what_is_typed_in_a_hurry_finds_what_is_meant_first() -> None:
    titles = ["Lượt khách quốc tế", "Tế bào y học", "Báo cáo y tế trong ngày", "Sở Y tế"]
    found = nearest("y te", [Hit(title, "", "") for title in titles])
    assert [hit.title for hit in found] == [titles[2], titles[3], titles[1], titles[0]]
    assert len(nearest("x", [Hit(str(n), "", "") for n in range(50)])) == 6


def test_a_fragment_is_drawn_once_for_all_who_are_told_the_same() -> None:
    told = Board(date="2026-11-20", agencies=1, cells=[Board.Cell(agency_title="Sở <Y tế>")])
    first = drawn("board/cells.html", "vi", packed(told))
    assert drawn("board/cells.html", "vi", packed(Board.FromString(packed(told)))) is first
    assert "Sở &lt;Y tế&gt;" in first.html.decode()
    assert gzip.decompress(first.zipped) == first.html
    assert drawn("board/cells.html", "en", packed(told)).html != first.html
    told.complete = 1
    assert drawn("board/cells.html", "vi", packed(told)).html != first.html
