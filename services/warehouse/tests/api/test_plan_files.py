"""Plans by file: download, fill in, send back; what is wrong is told, and nobody is overwritten."""

from datetime import UTC, datetime

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.figures import (
    CASES,
    FIRST,
    PEOPLE,
    SECOND,
    THIRD,
    WARD,
    define,
    places,
    plan,
    unit_of,
)
from services.warehouse.tests.api.plan_files import (
    HEAD,
    SOURCE,
    Kind,
    begun,
    drawn,
    ended,
    joined,
    listed,
    opened,
    saved,
    sent,
    table,
    told,
)
from services.warehouse.tests.api.test_workbooks import files

from saola.apis.warehouse.v1.plan_files_pb2_grpc import PlanFilesServiceStub
from saola.directory import copies
from saola.options.v1.operations_pb2 import Operation
from saola.testing.plugin import World, refused

pytestmark = pytest.mark.usefixtures("objects")


async def test_a_table_is_filled_in_and_every_plan_of_it_holds(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026", "60.5"))
    rows = await table(world, indicator=cases)
    at = {row[3]: row for row in rows}
    assert [row[3] for row in rows[1:]] == ["A11", "A12", "A13", "A3", "A2", "A1"]
    assert (at["A11"][6], at["A11"][7], bool(at["A11"][8])) == ("60,5", SOURCE, True)
    assert (at["A12"][6], at["A12"][8]) == ("", "")

    at["A11"][6:8] = ["70", "NQ 31"]
    at["A12"][6] = "1.204,5"
    done = await sent(world, joined(rows), source="NQ 30")
    assert (done.received, done.stored, done.unchanged, done.refused) == (2, 2, 0, 0)
    assert not done.HasField("marked")
    now = {one.agency: (one.value, one.source) for one in await listed(world)}
    assert now == {make.agency(FIRST): ("70", "NQ 31"), make.agency(SECOND): ("1204.5", "NQ 30")}
    assert len(await listed(world, show_former=True)) == 3

    again = await sent(world, joined(await table(world)))
    assert (again.received, again.stored, again.unchanged) == (2, 0, 2)
    twice = await sent(world, joined(rows), source="NQ 30")
    assert (twice.received, twice.stored, twice.unchanged) == (2, 0, 2)


async def test_the_same_by_a_workbook_in_english(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026", "60.5"), (cases, FIRST, "2026-03", "5"))
    book = opened(await drawn(world, language="en", period_type="quarter"))
    sheet = book.worksheets[0]
    lines = list(sheet.iter_rows(min_row=3))
    assert len(lines) == 6 * 4 + 2
    its = {line[5].value: line for line in lines if line[3].value == "A11"}
    assert [*its] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026", "Month 3/2026"]
    assert (its["2026"][6].value, its["2026"][7].value) == (60.5, SOURCE)
    its["2026-Q1"][6].value, its["2026-Q2"][6].value = 12.5, "1,204.5"
    its["2026"][6].value = "take back"
    done = await sent(world, saved(book), source="NQ 30")
    assert (done.received, done.stored, done.unchanged) == (4, 3, 1)
    assert sorted((one.period, one.value) for one in await listed(world)) == [
        ("2026-03", "5"),
        ("2026-Q1", "12.5"),
        ("2026-Q2", "1204.5"),
    ]


async def test_each_wrong_line_is_told_by_its_row_and_column_and_the_others_are_kept(
    world: World,
) -> None:
    await places(world)
    await define(world, CASES)
    text = HEAD + (
        "CASES;A11;2026;nhiều;NQ;\n"
        "CASES;A11;2026-Q1;1,204.5;NQ;\n"
        "NONE;A11;2026;1;NQ;\n"
        "CASES;A99;2026;1;NQ;\n"
        "CASES;A11;22/11/2026;1;NQ;\n"
        "CASES;A11;2026-W47;1;NQ;\n"
        "CASES;A11;2026;=1+1;NQ;\n"
        "CASES;A12;2026;1;;\n"
        "CASES;A13;Quý IV/2026;12,5;NQ;\n"
        "CASES;A13;2026-Q4;13;NQ;\n"
        "CASES;A13;;13;NQ;\n"
        "CASES;A13;2026;1;NQ;;6\n"
        "CASES;A12;2026;;NQ;\n"
        ";;;;;\n"
    )
    done = await sent(world, text.encode())
    assert (done.received, done.stored, done.refused) == (12, 1, 11)
    assert told(done) == [
        (2, "Kế hoạch", "NOT_A_NUMBER"),
        (3, "Kế hoạch", "AMBIGUOUS_NUMBER"),
        (4, "Mã chỉ tiêu", "UNKNOWN_INDICATOR"),
        (5, "Mã đơn vị", "UNKNOWN_AGENCY"),
        (6, "Kỳ", "NOT_A_PLANNED_PERIOD"),
        (7, "Kỳ", "NOT_A_PLANNED_PERIOD"),
        (8, "Kế hoạch", "FORMULA"),
        (9, "Văn bản giao", "NO_DOCUMENT"),
        (11, "Kế hoạch", "DUPLICATE_PLAN"),
        (12, "Kỳ", "NOT_A_PLANNED_PERIOD"),
        (13, "", "SURPLUS_CELLS"),
    ]
    [kept] = await listed(world)
    assert (kept.period, kept.value) == ("2026-Q4", "12.5")

    marked = (await files(world).files.get(done.marked.sha256)).decode()
    assert len(marked.splitlines()) == 12
    assert "không phải là số" in marked.splitlines()[1]
    mended = await sent(world, marked.replace("nhiều", "15").encode())
    assert (mended.received, mended.stored, mended.refused) == (11, 1, 10)


async def test_a_workbook_gives_back_its_wrong_lines(world: World) -> None:
    await places(world)
    await define(world, CASES)
    book = opened(await drawn(world))
    lines = list(book.worksheets[0].iter_rows(min_row=3))
    lines[0][6].value, lines[0][7].value = 12.5, SOURCE
    lines[1][6].value, lines[1][7].value = "nhiều", SOURCE
    lines[2][6].value = 7.25
    done = await sent(world, saved(book))
    assert told(done) == [
        (4, "Kế hoạch", "NOT_A_NUMBER"),
        (5, "Văn bản giao", "NO_DOCUMENT"),
    ]
    marked = opened(await files(world).files.get(done.marked.sha256))
    wrong = list(marked.worksheets[0].iter_rows(min_row=3))
    assert [(line[6].value, bool(line[9].value)) for line in wrong] == [
        ("nhiều", True),
        (7.25, True),
    ]
    wrong[0][6].value = "8"
    mended = await sent(world, saved(marked), source=SOURCE)
    assert (mended.received, mended.stored) == (2, 2)


async def test_what_somebody_has_planned_since_the_file_was_drawn_up_stays(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026", "60"), (cases, THIRD, "2026", "5"))
    rows = await table(world)
    at = {row[3]: row for row in rows}
    for code in ("A11", "A12", "A13"):
        at[code][6:8] = ["99", SOURCE]
    await plan(world, (cases, FIRST, "2026", "70"), (cases, SECOND, "2026", "1"))
    done = await sent(world, joined(rows))
    assert (done.received, done.stored, done.refused) == (3, 1, 2)
    assert {one[1:] for one in told(done)} == {("Kế hoạch", "PLANNED_MEANWHILE")}
    now = {one.agency: one.value for one in await listed(world)}
    assert now == {make.agency(FIRST): "70", make.agency(SECOND): "1", make.agency(THIRD): "99"}


async def test_a_check_says_the_same_and_keeps_nothing(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await define(world, PEOPLE)
    text = (HEAD + "CASES;A11;2026;1;NQ;\nCASES;A12;2026;x;NQ;\nPEOPLE;A11;2026;1;NQ;\n").encode()
    tried = await sent(world, text, dry_run=True, indicator=cases)
    assert (tried.dry_run, tried.stored, tried.refused) == (True, 1, 2)
    assert not await listed(world, show_former=True)
    kept = await sent(world, text, indicator=cases)
    assert (kept.stored, told(kept)) == (1, told(tried))
    assert told(kept)[1] == (4, "Mã chỉ tiêu", "UNKNOWN_INDICATOR")


async def test_a_unit_that_has_ended_has_plans_until_then_and_none_after(world: World) -> None:
    await places(world)
    cases = await define(world, CASES)
    await plan(world, (cases, FIRST, "2026-Q3", "5"))
    async with world.unit("warehouse") as unit:
        gone = unit_of(FIRST, WARD, 2, valid_to="2026-07-01", successor=make.agency(SECOND))
        gone.parents[0].CopyFrom(make.BELOW_ROOT)
        gone.parents[0].valid_to = "2026-07-01"
        await copies.keep_agencies(unit, [gone])
    rows = [row for row in await table(world, period_type="quarter") if row[3] == "A11"]
    assert len(rows) == 4
    text = HEAD + "CASES;A11;2026;1;NQ;\nCASES;A11;2026-07;1;NQ;\nCASES;A11;2027;1;NQ;\n"
    text += f"CASES;A11;2026-Q3;thu hồi;NQ;{rows[2][8]}\n"
    done = await sent(world, text.encode())
    assert (done.stored, told(done)) == (
        2,
        [(3, "Kỳ", "PLAN_AFTER_CLOSING"), (4, "Kỳ", "PLAN_AFTER_CLOSING")],
    )
    with refused("PLAN_AFTER_CLOSING"):
        await plan(world, (cases, FIRST, "2027", "1"))


async def test_in_the_last_second_of_a_year_the_next_one_is_planned(world: World) -> None:
    await places(world)
    await define(world, CASES)
    world.now = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    rows = await table(world, year="2027", period_type="month")
    assert {row[5] for row in rows[1:]} == {f"Tháng {month}/2027" for month in range(1, 13)}
    for row in rows[1:]:
        row[6:8] = ["1", SOURCE]
    assert (await sent(world, joined(rows))).stored == 72
    assert {one.period[:4] for one in await listed(world)} == {"2027"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Kh\xf4ng;x\n1;2\n", "NOT_UNICODE"),
        (b"PK\x03\x04broken", "NOT_A_WORKBOOK"),
        (b"\x00\x01\x02", "NOT_A_TABLE"),
        ("Mã chỉ tiêu;Kỳ;x;y\n1;2;3;4\n".encode(), "COLUMNS_MISSING"),
        ((HEAD[:-1] + ";Kỳ\n").encode(), "COLUMN_TWICE"),
    ],
)
async def test_what_is_no_file_of_plans_is_refused(world: World, data: bytes, reason: str) -> None:
    await places(world)
    done = await ended(world, await begun(world, data))
    assert done.state == Operation.STATE_FAILED
    assert reason in str(done.error)


async def test_files_are_for_stewards_and_their_units(world: World) -> None:
    await places(world)
    await define(world, CASES)
    with refused("PERMISSION_DENIED"):
        await begun(world, HEAD.encode(), make.leader(world))
    theirs = world.person("steward-11", "steward", of=FIRST)
    stub = theirs.asks(PlanFilesServiceStub)
    with refused("PERMISSION_DENIED"):
        await stub.RenderPlans(Kind(agency=make.agency(make.ROOT), year="2026"))
    for wrong in ({"year": "2026-Q1"}, {"year": "x"}, {"period_type": "week"}, {"language": "fr"}):
        with refused("INVALID_FIELD"):
            await stub.RenderPlans(Kind(**{"agency": make.agency(FIRST), "year": "2026", **wrong}))
    text = HEAD + "CASES;A11;2026;1;NQ;\nCASES;A12;2026;1;NQ;\n"
    file = await files(world).files.put(
        text.encode(), agency=FIRST, media_type="text/csv", file_name="x.csv"
    )
    done = await sent(world, text.encode(), theirs, agency=make.agency(FIRST), file=file)
    assert (done.stored, told(done)) == (1, [(3, "Mã đơn vị", "UNKNOWN_AGENCY")])
