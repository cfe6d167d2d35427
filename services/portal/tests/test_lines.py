"""Lines over time: their scale, their gaps, and what a page is asked for."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from saola.edges.portal import lines
from saola.edges.portal.asking import Asking


def numbers(*texts: str) -> list[Decimal | None]:
    return [Decimal(text) if text else None for text in texts]


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (("1", "9"), "0"),
        (("4100", "4529"), "4100"),
        (("-3", "5"), "-4"),
        (("0", "0"), "0"),
    ],
)
def test_the_scale_holds_all_values_between_round_numbers(
    values: tuple[str, ...], first: str
) -> None:
    ticks = lines.ticks([Decimal(value) for value in values])
    assert ticks[0] <= min(map(Decimal, values))
    assert ticks[-1] >= max(map(Decimal, values))
    assert len(ticks) in range(2, 9)
    assert len({after - before for before, after in pairwise(ticks)}) == 1
    assert ticks[0] == Decimal(first)


def test_a_gap_stays_a_gap_and_a_value_alone_is_a_dot() -> None:
    line = lines.Line("now", "thực hiện", numbers("1", "2", "", "3"))
    chart = lines.chart([line], ["a", "b", "c", "d"])
    assert lines.path(chart, line.values).count("M") == 2
    assert lines.dots(chart, line.values) == "M720.0 0.0h.1"


def test_a_line_of_which_nothing_is_known_is_not_drawn_nor_named() -> None:
    chart = lines.chart([lines.Line("plan", "kế hoạch", numbers("", ""))], ["a", "b"])
    assert (chart.lines, chart.ticks) == ([], [])


def test_the_labels_that_have_room_are_the_first_the_last_and_some_between() -> None:
    chart = lines.chart([], [str(n) for n in range(25)])
    assert (len(chart.below), chart.below[0], chart.below[-1]) == (6, "0", "24")


def test_a_file_is_a_picture_of_its_own_and_what_it_names_is_escaped() -> None:
    line = lines.Line("now", "thực hiện", numbers("1", "2"))
    drawn = lines.file(lines.chart([line], ["a", "b"]), "Thu <b>", "tỷ đồng", "vi")
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "Thu &lt;b&gt;" in drawn
    assert "style=" not in drawn


def test_the_minute_that_is_named_counts_whole_on_the_clocks_of_vietnam() -> None:
    moment = Asking(as_of="2026-11-20T17:00").moment
    assert moment is not None
    assert moment.ToDatetime(UTC) == datetime(2026, 11, 20, 10, 0, 59, 999_000, UTC)


def test_the_same_question_is_asked_of_another_place_and_period() -> None:
    asked = Asking(period="2026-10", as_of="2026-11-20T17:00")
    of = asked.within(agency=UUID(int=2))
    assert of.own == f"/agencies/{UUID(int=2)}"
    assert of.query(period="2026-09") == "?period=2026-09&as_of=2026-11-20T17%3A00"
    assert set(of.of) == {"agency", "period", "as_of"}
    assert Asking(period_type="month").of == {"period_type": "month"}
