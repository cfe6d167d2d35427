"""When a report had come, as it is written in a table."""

from datetime import datetime

import pytest

from saola.periods.local import LOCAL
from saola.services.warehouse.domain import arrivals


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20/11/2026 16:30", "2026-11-20T16:30"),
        ("16:30 20/11/2026", "2026-11-20T16:30"),
        ("2/1/2026 7:05", "2026-01-02T07:05"),
        ("20/11/2026 16:30:59", "2026-11-20T16:30:59"),
        ("2026-11-20 16:30", "2026-11-20T16:30"),
        ("20/11/2026", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("31/12/2025 23:59:59", "2025-12-31T23:59:59"),
    ],
)
def test_a_moment_is_written_as_people_do_in_local_time(text: str, moment: str) -> None:
    assert arrivals.written_moment(text) == local(moment)


def test_a_moment_of_a_system_says_its_zone() -> None:
    assert arrivals.written_moment("2026-11-20T09:30:00Z") == local("2026-11-20T16:30")
    assert arrivals.written_moment("2026-11-20T16:30:00+07:00") == local("2026-11-20T16:30")


@pytest.mark.parametrize(
    "text",
    ["hôm qua", "31/02/2026", "20/11/2026 25:00", "20/11", "16:30", "1 2 3", "20/11/2026 16"],
)
def test_what_is_no_moment_is_said_to_be_none(text: str) -> None:
    _, refused = arrivals.arrivals([("2026-11-20", text)])
    assert isinstance(refused["2026-11-20"], arrivals.NotAMoment)


def test_lines_of_a_report_say_the_same_or_nothing() -> None:
    day = "05/12/2025 08:00"
    came, refused = arrivals.arrivals(
        [("2025-11", day), ("2025-11", ""), ("2025-11", "2025-12-05 08:00"), ("2025-12", "")]
    )
    assert (came, refused) == ({"2025-11": local("2025-12-05T08:00")}, {})
    _, refused = arrivals.arrivals([("2025-11", day), ("2025-11", "05/12/2025")])
    assert isinstance(refused["2025-11"], arrivals.CameTwice)
