"""Several reports moved at once: each stands or is refused for itself."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from services.warehouse.tests import make
from sqlalchemy import select

from saola.apis.warehouse.v1 import batches_pb2 as pb
from saola.apis.warehouse.v1.batches_pb2_grpc import BatchesServiceStub
from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.submissions_pb2 import (
    ApproveSubmissionRequest,
    GetSubmissionRequest,
    Submission,
    SubmitSubmissionRequest,
)
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.models.figures import cells
from saola.testing.plugin import Person, World, refused

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.warehouse.v1.batches_pb2_grpc import BatchesServiceAsyncStub

APPROVED, SUBMITTED = Submission.STATE_APPROVED, Submission.STATE_SUBMITTED
DRAFT = Submission.STATE_DRAFT
SUBMITS, APPROVES = pb.BatchSubmitSubmissionsRequest, pb.BatchApproveSubmissionsRequest


def batches_of(person: Person) -> "BatchesServiceAsyncStub":
    return person.asks(BatchesServiceStub)


def reporter(world: World) -> "BatchesServiceAsyncStub":
    return batches_of(world.person(f"reporter-{make.HEALTH.int}", "reporter", of=make.HEALTH))


def head(world: World, name: str = "head", of: UUID = make.HEALTH) -> "BatchesServiceAsyncStub":
    return batches_of(world.person(name, "approver", of=of))


def days(count: int) -> list[str]:
    day, found = Period.read(make.TODAY), list[str]()
    for _ in range(count):
        found.append(str(day))
        day = day.former
    return found


async def form(world: World, indicator: str = "") -> str:
    cases = make.Item.FromString(make.CASES.SerializeToString())
    cases.indicator = indicator
    return await make.owed(world, cases, make.RATE)


async def drafts(world: World, form: str, count: int) -> list[Submission]:
    stub = make.reporter(world)
    return [
        await stub.CreateSubmission(make.beginning(form, {"1": str(number)}, day))
        for number, day in enumerate(days(count), 1)
    ]


def submitting(reports: Sequence[Submission], **more: str) -> SUBMITS:
    asked = [SubmitSubmissionRequest(name=one.name, etag=one.etag) for one in reports]
    return SUBMITS(requests=asked, **more)


def approving(reports: Sequence[Submission], **more: str) -> APPROVES:
    asked = [ApproveSubmissionRequest(name=one.name, etag=one.etag) for one in reports]
    return APPROVES(requests=asked, **more)


def reasons(outcomes: Sequence[pb.BatchOutcome]) -> list[str]:
    return [one.reason for one in outcomes]


async def sent(world: World, form: str, count: int) -> list[Submission]:
    answer = await reporter(world).BatchSubmitSubmissions(
        submitting(await drafts(world, form, count))
    )
    return [one.submission for one in answer.outcomes]


async def states(world: World, reports: Sequence[Submission]) -> list[Submission.State.ValueType]:
    stub = make.reporter(world)
    return [
        (await stub.GetSubmission(GetSubmissionRequest(name=one.name))).state for one in reports
    ]


async def told(world: World, kind: str) -> int:
    await world.settle()
    return [event.type.rpartition(".")[2] for event in await world.told()].count(kind)


async def test_fifty_are_sent_and_approved_at_once_and_count_once(world: World) -> None:
    await make.warehouse(world)
    name = await form(world, await make.indicator(world))

    reports = await sent(world, name, 50)
    answer = await head(world).BatchApproveSubmissions(approving(reports))

    assert {one.state for one in reports} == {SUBMITTED}
    assert [one.name for one in answer.outcomes] == [one.name for one in reports]
    assert {one.submission.state for one in answer.outcomes} == {APPROVED}
    assert await told(world, "SubmissionSubmitted") == 50
    assert await told(world, "SubmissionApproved") == 50
    async with world.unit("warehouse") as unit:
        year = select(cells.c.total).where(cells.c.period_type == PeriodType.YEAR)
        assert [row.total for row in await unit.rows(year)] == [50 * 51 // 2]


async def test_each_that_is_refused_says_why_and_stays_as_it_was(world: World) -> None:
    await make.warehouse(world)
    name = await form(world)
    one, stale, other = await sent(world, name, 3)
    await make.returned(world, stale)
    begun = make.beginning(name, {"1": "1"}, "2026-09-01")
    draft = await make.reporter(world).CreateSubmission(begun)
    missing = Submission(name=f"submissions/{uuid4()}", etag='"1"')
    nonsense = Submission(name="submissions/x", etag='"1"')

    answer = await head(world).BatchApproveSubmissions(
        approving([one, stale, draft, missing, nonsense, other, one])
    )

    assert reasons(answer.outcomes) == [
        "", "STALE_WRITE", "ILLEGAL_MOVE", "NOT_FOUND", "NOT_FOUND", "", "STALE_WRITE",
    ]  # fmt: skip
    assert await states(world, [one, other, draft]) == [APPROVED, APPROVED, DRAFT]


async def test_nobody_approves_their_own_by_a_batch(world: World) -> None:
    await make.warehouse(world)
    name = await form(world)
    mine, other = await sent(world, name, 2)
    both = world.person(f"reporter-{make.HEALTH.int}", "reporter", "approver", of=make.HEALTH)
    back = await make.returned(world, other)
    colleague = make.reports_of(world.person("colleague", "reporter", of=make.HEALTH))
    theirs = await colleague.SubmitSubmission(make.submitting(back))

    answer = await batches_of(both).BatchApproveSubmissions(approving([mine, theirs]))

    assert reasons(answer.outcomes) == ["OWN_SUBMISSION", ""]
    assert answer.outcomes[0].message == (
        "Người gửi báo cáo không được tự duyệt hoặc trả lại báo cáo đó."
    )
    assert await states(world, [mine, theirs]) == [SUBMITTED, APPROVED]


async def test_what_another_agency_has_sent_is_not_there(world: World) -> None:
    await make.warehouse(world)
    name = await form(world)
    await make.oblige(world, name, make.SCHOOLS)
    foreign = await make.sent(world, name, {"1": "1"}, of=make.SCHOOLS)
    [mine] = await sent(world, name, 1)

    answer = await head(world).BatchApproveSubmissions(approving([foreign, mine]))

    assert reasons(answer.outcomes) == ["NOT_FOUND", ""]
    seen = make.reporter(world, make.SCHOOLS)
    asked = GetSubmissionRequest(name=foreign.name)
    assert (await seen.GetSubmission(asked)).state == SUBMITTED


async def test_a_level_that_is_not_ones_own_is_refused_for_itself(world: World) -> None:
    await make.warehouse(world)
    draft = make.draft(code="YT-02")
    above = Form.Level.WHERE_SUPERIOR
    draft.levels.append(Form.Level(title_vi="Cơ quan cấp trên", where=above))
    high = await make.published(world, draft)
    await make.oblige(world, high)
    waits = await make.sent(world, high, {"1": "1"})
    [mine] = await sent(world, await form(world), 1)

    answer = await head(world).BatchApproveSubmissions(approving([waits, mine]))
    assert reasons(answer.outcomes) == ["NOT_YOUR_LEVEL", ""]
    answer = await head(world, "chair", make.ROOT).BatchApproveSubmissions(approving([waits]))
    assert reasons(answer.outcomes) == [""]


async def test_what_says_too_little_is_not_sent_and_says_what_is_missing(world: World) -> None:
    await make.warehouse(world)
    name = await form(world)
    good, *_ = await drafts(world, name, 1)
    poor = await make.reporter(world).CreateSubmission(
        make.beginning(name, {"2": "1"}, "2026-09-01")
    )

    answer = await reporter(world).BatchSubmitSubmissions(submitting([poor, good]))

    assert reasons(answer.outcomes) == ["ITEM_MISSING", ""]
    assert answer.outcomes[0].message == "Dòng bắt buộc “1” chưa có số liệu."
    after = await make.reporter(world).GetSubmission(GetSubmissionRequest(name=poor.name))
    assert after == poor


async def test_an_error_that_a_rule_finds_keeps_back_only_its_report(world: World) -> None:
    await make.warehouse(world)
    draft = make.draft(make.CASES, make.RATE)
    rule = draft.rules.add(code="R1", title_vi="Số ca không quá 5", severity=Form.SEVERITY_ERROR)
    rule.range.item, rule.range.maximum = "1", "5"
    name = await make.published(world, draft)
    await make.oblige(world, name)
    stub = make.reporter(world)
    today, before = days(2)
    bad = await stub.CreateSubmission(make.beginning(name, {"1": "6"}, today))
    good = await stub.CreateSubmission(make.beginning(name, {"1": "5"}, before))

    answer = await reporter(world).BatchSubmitSubmissions(submitting([bad, good]))

    assert reasons(answer.outcomes) == ["RULE_VIOLATED", ""]
    assert await states(world, [bad, good]) == [DRAFT, SUBMITTED]


async def test_the_same_request_again_gets_the_same_answer(world: World) -> None:
    await make.warehouse(world)
    reports, id = await sent(world, await form(world), 3), str(uuid4())
    stub = head(world)

    first = await stub.BatchApproveSubmissions(approving(reports, request_id=id))
    again = await stub.BatchApproveSubmissions(approving(reports, request_id=id))
    anew = await stub.BatchApproveSubmissions(approving(reports))

    assert first == again
    assert reasons(first.outcomes) == ["", "", ""]
    assert reasons(anew.outcomes) == ["STALE_WRITE"] * 3
    assert await told(world, "SubmissionApproved") == 3


async def test_two_batches_at_once_approve_each_report_once(world: World) -> None:
    await make.warehouse(world)
    reports = await sent(world, await form(world), 12)

    answers = await asyncio.gather(
        head(world, "one").BatchApproveSubmissions(approving(reports)),
        head(world, "two").BatchApproveSubmissions(approving(reports[::-1])),
    )

    outcomes = [one for answer in answers for one in answer.outcomes]
    assert sorted(reasons(outcomes)) == [""] * 12 + ["STALE_WRITE"] * 12
    assert await told(world, "SubmissionApproved") == 12


async def test_a_hundred_go_at_once_and_not_one_more(world: World) -> None:
    await make.warehouse(world)
    nobody = [Submission(name=f"submissions/{uuid4()}", etag='"1"') for _ in range(101)]
    with refused("TOO_MANY_REPORTS", most="100"):
        await head(world).BatchApproveSubmissions(approving(nobody))
    answer = await head(world).BatchApproveSubmissions(approving(nobody[:100]))
    assert set(reasons(answer.outcomes)) == {"NOT_FOUND"}
    with refused("MISSING_FIELD"):
        await head(world).BatchApproveSubmissions(APPROVES())
