"""What a notice is about, in words."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from saola.services.notices.domain import notices
from saola.services.notices.domain.notices import Both, Form, Report


@pytest.mark.parametrize(
    ("written", "vi", "en"),
    [
        ("2026-11-22", "ngày 22/11/2026", "22 November 2026"),
        ("2026-11", "tháng 11/2026", "November 2026"),
        ("2026-W47", "tuần 47/2026", "week 47 of 2026"),
        ("2026-Q4", "quý IV/2026", "Q4 2026"),
        ("2026-S1", "6 tháng đầu năm 2026", "first half of 2026"),
        ("2026-S2", "6 tháng cuối năm 2026", "second half of 2026"),
        ("2026-9M", "9 tháng năm 2026", "first nine months of 2026"),
        ("2026", "năm 2026", "2026"),
    ],
)
def test_a_period_is_said_as_people_say_it(written: str, vi: str, en: str) -> None:
    assert notices.say_period(written) == (vi, en)


@pytest.mark.parametrize("odd", ["", "2026-13", "2026-02-30", "2026-Q5", "2026-S3", "2026-9K", "x"])
def test_what_is_no_period_stays_as_it_is_written(odd: str) -> None:
    assert notices.say_period(odd) == (odd, odd)


def test_a_moment_is_said_by_local_clocks_in_the_last_second_of_the_year() -> None:
    last = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert notices.say_moment(last).vi == "23:59 ngày 31/12/2026"
    assert notices.say_moment(last.replace(hour=17, second=0)).en == "00:59 on 1 January 2027"


def test_all_that_is_told_of_one_report_has_one_subject() -> None:
    report = Report(UUID(int=1), UUID(int=2), "2026-11")
    begun = Report(UUID(int=1), UUID(int=2), "2026-11", "submissions/x")
    assert report.subject == begun.subject
    assert report.subject != Report(UUID(int=1), UUID(int=2), "2026-12").subject


def test_a_form_without_an_english_title_is_called_by_the_vietnamese_one() -> None:
    report = Report(UUID(int=1), UUID(int=2), "2026-11")
    facts = notices.facts_of(report, Form("YT-01", Both("Dịch bệnh", "")), "Sở Y tế")
    assert facts["form"] == ("Dịch bệnh", "Dịch bệnh")
    assert "due" not in facts
