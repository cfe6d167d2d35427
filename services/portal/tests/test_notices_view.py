"""What the page of notices shows."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from saola.apis.notices.v1.deliveries_pb2 import CHANNEL_EMAIL
from saola.apis.notices.v1.notices_pb2 import Notice
from saola.edges.portal import i18n
from saola.edges.portal.pages.notices import view
from saola.edges.portal.pages.notices.routes import Wishes
from saola.kit.pb import stamp

VI = i18n.words("vi")
REPORT = Notice.Report(agency="agencies/1", form="forms/2", period="2026-11")


@pytest.mark.parametrize(
    ("submission", "roles", "path"),
    [
        ("", ["reporter"], "/reports/1/2/2026-11"),
        ("", ["approver", "leader"], ""),
        ("submissions/3", ["leader"], "/submissions/3"),
    ],
)
def test_a_notice_leads_to_where_its_reader_can_do_something(
    submission: str, roles: list[str], path: str
) -> None:
    report = Notice.Report()
    report.CopyFrom(REPORT)
    report.submission = submission
    assert view.report_of(report, roles) == path


@pytest.mark.parametrize(
    ("count", "shown"), [(None, ""), (0, ""), (1, "1"), (99, "99"), (100, "99+")]
)
def test_the_bell_counts_up_to_many(count: int | None, shown: str) -> None:
    assert view.counted(count) == shown


def test_a_line_says_when_by_local_clocks_and_whether_it_was_read() -> None:
    at = stamp(datetime(2026, 12, 31, 17, 30, tzinfo=UTC))
    told = Notice(name="notices/9", title="Đến hạn", create_time=at, report=REPORT)
    line = view.line(told, VI, ["leader"])
    assert (line.path, line.read) == ("/notices/9", False)
    assert "00:30" in line.at
    assert view.line(Notice(read_time=at, create_time=at), VI, []).read


def test_a_notice_about_a_connector_leads_to_its_page_and_to_no_report() -> None:
    told = Notice(name="notices/9", title="Kết nối liên tục gặp lỗi", connector="connectors/7")
    line = view.line(told, VI, ["reporter", "steward"])
    assert (line.connector, line.report) == ("/connectors/7", "")


def test_a_form_that_was_tampered_with_is_not_understood() -> None:
    given = {"language": "vi", "digest": "DIGEST_SOON", "etag": '"0"', "request_id": "x"}
    wishes = Wishes.model_validate(given | {"channels": ["CHANNEL_EMAIL"]})
    assert list(wishes.asked().channels) == [CHANNEL_EMAIL]
    for wrong in ({"channels": ["CHANNEL_PIGEON"]}, {"digest": "DIGEST_UNSPECIFIED"}):
        with pytest.raises(ValidationError):
            Wishes.model_validate(given | wrong)
