"""Rules of forms as reporters and approvers meet them: what is found, blocked, explained, kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api import test_workbooks as books

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.findings_pb2 import Finding
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

Form, State = forms.Form, pb.Submission.State
ERROR, WARNING = Form.SEVERITY_ERROR, Form.SEVERITY_WARNING
NUMBERS = [
    make.Item(code=code, label_vi=label, value_type=Form.VALUE_TYPE_INTEGER)
    for code, label in (("boys", "Nam"), ("girls", "Nữ"), ("all", "Tổng số"))
]
TOTAL = Form.Rule(
    code="TOTAL",
    title_vi="Nam cộng nữ bằng tổng số",
    title_en="Boys and girls make all",
    severity=ERROR,
    comparison=Form.Comparison(
        left=Form.Side(expression="boys + girls"),
        operator=Form.OPERATOR_EQUAL_TO,
        right=Form.Side(expression="all"),
    ),
)
FEW = Form.Rule(
    code="FEW",
    title_vi="Tổng số thường không quá 100",
    severity=WARNING,
    range=Form.Range(item="all", maximum="100"),
)
USUAL = Form.Rule(
    code="USUAL", title_vi="Không khác thường", severity=WARNING, outlier=Form.Outlier()
)


async def form(world: World, *rules: Form.Rule, monthly: bool = False) -> str:
    draft = make.draft(*NUMBERS, monthly=monthly)
    draft.rules.extend(rules)
    stub = make.forms_of(make.steward(world))
    drafted = await stub.CreateForm(forms.CreateFormRequest(form=draft))
    assert [one.code for one in drafted.rules] == [one.code for one in rules]
    name = drafted.name
    await stub.PublishForm(forms.PublishFormRequest(name=name, etag=drafted.etag))
    await make.oblige(world, name, since="2020-01-01")
    return name


def rules(findings: Sequence[Finding]) -> list[str]:
    return [one.rule for one in findings]


async def test_findings_are_told_while_one_writes_and_an_error_is_not_submitted(
    world: World,
) -> None:
    await make.warehouse(world)
    name, lan = await form(world, TOTAL, FEW), make.reporter(world, language="en")

    begun = await lan.CreateSubmission(
        make.beginning(name, {"boys": "70", "girls": "50", "all": "121"})
    )

    assert rules(begun.findings) == ["TOTAL", "FEW"]
    total = begun.findings[0]
    assert (total.severity, list(total.items)) == (ERROR, ["boys", "girls", "all"])
    assert (total.left, total.right) == ("120", "121")
    assert total.message_vi == "Nam cộng nữ bằng tổng số: 120 phải bằng 121."
    assert total.message_en == "Boys and girls make all: 120 must be equal to 121."
    with pytest.raises(Refused) as no:
        await lan.SubmitSubmission(make.submitting(begun))
    assert (no.value.reason, no.value.facts["rule"]) == ("RULE_VIOLATED", "TOTAL")
    assert "Boys and girls make all: 120 must be equal to 121." in str(no.value)

    mended = await lan.UpdateSubmission(make.entering(begun, {"all": "120"}))
    assert rules(mended.findings) == ["FEW"]
    sent = await lan.SubmitSubmission(make.submitting(mended))
    assert (sent.state, rules(sent.findings)) == (State.STATE_SUBMITTED, ["FEW"])
    assert await lan.GetSubmission(pb.GetSubmissionRequest(name=sent.name)) == sent


async def test_all_errors_and_missing_items_are_told_at_once(world: World) -> None:
    await make.warehouse(world)
    low = Form.Rule(code="LOW", title_vi="Nam ít nhất 1", severity=ERROR)
    low.range.item, low.range.minimum = "boys", "1"
    name, lan = await form(world, TOTAL, low), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(name, {"boys": "0", "all": "5"}))
    with pytest.raises(Refused) as no:
        await lan.SubmitSubmission(make.submitting(begun))
    assert [one.reason for one in no.value.violations] == ["RULE_VIOLATED", "RULE_VIOLATED"]


async def test_a_warning_is_explained_by_a_note_or_a_word(world: World) -> None:
    await make.warehouse(world)
    name, lan = await form(world, FEW), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(name, {"all": "500"}))
    assert [one.explained for one in begun.findings] == [False]

    value = pb.Value(item="all", value="500", note="gộp hai xã")
    noted = await lan.UpdateSubmission(
        pb.UpdateSubmissionRequest(name=begun.name, etag=begun.etag, values=[value])
    )
    assert [one.explained for one in noted.findings] == [True]
    plain = await lan.UpdateSubmission(make.entering(noted, {"all": "501"}))
    request = make.submitting(plain)
    request.note = "Đã kiểm tra với xã"
    sent = await lan.SubmitSubmission(request)
    assert (sent.note, [one.explained for one in sent.findings]) == ("Đã kiểm tra với xã", [True])
    listed = await lan.ListSubmissions(pb.ListSubmissionsRequest(form=name))
    assert [one.warnings for one in listed.submissions] == [1]


async def test_own_history_is_compared_month_by_month(world: World) -> None:
    await make.warehouse(world)
    name = await form(world, USUAL, monthly=True)
    for month in range(1, 10):
        period = f"2026-{month:02}"
        sent = await make.sent(world, name, {"all": str(1000 + month % 3)}, period)
        assert not sent.findings, period
    lan = make.reporter(world)

    wrong = await lan.CreateSubmission(make.beginning(name, {"all": "10010"}, "2026-10"))

    [one] = wrong.findings
    assert (one.rule, list(one.items), one.left) == ("USUAL", ["all"], "10010")
    assert (one.lower, one.upper) == ("996", "1006")
    assert "10.010" in one.message_vi
    assert "theo 9 kỳ trước, thường từ 996 đến 1.006" in one.message_vi
    right = await lan.UpdateSubmission(make.entering(wrong, {"all": "1001"}))
    assert not right.findings


async def test_what_others_reported_is_no_history_of_ones_own(world: World) -> None:
    await make.warehouse(world)
    name = await form(world, USUAL, monthly=True)
    await make.oblige(world, name, make.SCHOOLS, since="2020-01-01")
    for month in range(1, 10):
        await make.sent(world, name, {"all": "7"}, f"2026-{month:02}", make.SCHOOLS)
    begun = await make.reporter(world).CreateSubmission(
        make.beginning(name, {"all": "9000"}, "2026-10")
    )
    assert not begun.findings


async def test_what_was_found_when_it_was_sent_stays_what_was_found(world: World) -> None:
    """Later reports change the history, not what was said about it then."""
    await make.warehouse(world)
    name = await form(world, USUAL, monthly=True)
    for month in range(1, 9):
        await make.sent(world, name, {"all": str(100 + month % 2)}, f"2026-{month:02}")
    odd = await make.sent(world, name, {"all": "300"}, "2026-09")
    assert rules(odd.findings) == ["USUAL"]
    lan = make.reporter(world)
    again = await lan.GetSubmission(pb.GetSubmissionRequest(name=odd.name))
    assert again.findings == odd.findings

    back = await make.returned(world, odd)
    assert rules(back.findings) == ["USUAL"]  # it is being written again: as of now
    corrected = await lan.UpdateSubmission(make.entering(back, {"all": "101"}))
    assert not corrected.findings
    assert not (await lan.SubmitSubmission(make.submitting(corrected))).findings


async def test_a_report_can_be_shown_as_it_was(world: World) -> None:
    await make.warehouse(world)
    name, lan, minh = await form(world, FEW), make.reporter(world), make.approver(world)
    sent = await make.sent(world, name, {"all": "500"})
    world.now += timedelta(minutes=10)
    back = await make.returned(world, sent)
    world.now += timedelta(minutes=10)
    corrected = await lan.UpdateSubmission(make.entering(back, {"all": "50", "boys": "20"}))
    world.now += timedelta(minutes=10)
    again = await lan.SubmitSubmission(make.submitting(corrected))
    world.now += timedelta(minutes=10)
    done = await minh.ApproveSubmission(
        pb.ApproveSubmissionRequest(name=again.name, etag=again.etag, note="Đồng ý")
    )

    async def at(minutes: int) -> pb.Submission:
        asked = pb.GetSubmissionRequest(name=sent.name)
        asked.as_of.FromDatetime(make.NOON + timedelta(minutes=minutes))
        return await lan.GetSubmission(asked)

    first = await at(5)
    assert (first.state, make.said(first)) == (State.STATE_SUBMITTED, {"all": "500"})
    assert (rules(first.findings), first.etag) == (["FEW"], "")
    assert first.submit_time.ToDatetime(UTC) == make.NOON
    returned = await at(15)
    assert (returned.state, returned.return_reason) == (State.STATE_RETURNED, "Xem lại")
    assert make.said(returned) == {"all": "500"}
    assert make.said(await at(25)) == {"all": "50", "boys": "20"}
    second = await at(35)
    assert (second.state, second.level, list(second.findings)) == (State.STATE_SUBMITTED, 0, [])
    last = await at(45)
    assert (last.state, last.level) == (State.STATE_APPROVED, 1)
    assert last.approvals == done.approvals
    assert done.approvals[0].note == "Đồng ý"
    with refused("NOT_FOUND"):
        await at(-1)


async def test_the_very_moment_of_a_move_is_after_it(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world), {"all": "5"})
    asked = pb.GetSubmissionRequest(name=sent.name)
    asked.as_of.FromDatetime(make.NOON)
    assert (await make.reporter(world).GetSubmission(asked)).state == State.STATE_SUBMITTED
    asked.as_of.FromDatetime(datetime(2030, 1, 1, tzinfo=UTC))
    assert (await make.reporter(world).GetSubmission(asked)).state == State.STATE_SUBMITTED


async def test_a_rule_that_is_not_right_is_refused_where_it_is_drafted(world: World) -> None:
    await make.warehouse(world)
    stub = make.forms_of(make.steward(world))

    async def drafted(rule: Form.Rule) -> None:
        draft = make.draft(*NUMBERS)
        draft.rules.append(rule)
        await stub.CreateForm(forms.CreateFormRequest(form=draft))

    bad = Form.Rule()
    bad.CopyFrom(TOTAL)
    bad.comparison.left.expression = "boys + __import__('os')"
    with refused("INVALID_EXPRESSION", field="form.rules[0].comparison.left.expression"):
        await drafted(bad)
    bad.comparison.left.expression = "boys + men"
    with refused("UNKNOWN_ITEM", item="men"):
        await drafted(bad)
    with refused("MISSING_FIELD", field="form.rules[0].check"):
        await drafted(Form.Rule(code="R", title_vi="x", severity=ERROR))
    with refused("MISSING_FIELD", field="form.rules[0].severity"):
        await drafted(Form.Rule(code="R", title_vi="x", range=FEW.range))


@pytest.mark.usefixtures("objects")
async def test_the_same_values_are_found_the_same_by_every_way_in(world: World) -> None:
    """A system in canonical words, a person in a page, and a workbook with typed numbers."""
    await make.warehouse(world)
    name = await form(world, TOTAL, FEW)
    system, page = make.reporter(world), make.reporter(world, front="portal")
    plain = {"boys": "1200", "girls": "5", "all": "1210"}
    typed = {"boys": "1.200", "girls": "5", "all": "1.210"}
    by_grpc = await system.CreateSubmission(make.beginning(name, plain, "2026-11-18"))
    by_page = await page.CreateSubmission(make.beginning(name, typed, "2026-11-19"))
    book = books.filled(await books.download(world, name), {"D8": 1200, "D9": "5", "D10": "1.210"})

    by_excel = await books.send(world, book, submit=True)

    assert rules(by_grpc.findings) == ["TOTAL", "FEW"]
    assert by_grpc.findings == by_page.findings == by_excel.findings
    assert not by_excel.submitted
    for begun in (by_grpc, by_page):
        with refused("RULE_VIOLATED", rule="TOTAL"):
            await system.SubmitSubmission(make.submitting(begun))
