"""Many rows at once are judged as each alone would be."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from services.warehouse.tests.domain.test_values import ALL, COUNT, NOTE, numbers_as_sent, statuses

from saola.kit.errors import DomainError
from saola.services.warehouse.domain.bulk import Batch, Rows, judge_batch
from saola.services.warehouse.domain.periods import NotAPeriod
from saola.services.warehouse.domain.submissions import DuplicateItem, UnknownItem
from saola.services.warehouse.domain.values import Status, judge

ITEMS = {item.code: item for item in ALL}
REFUSED = {"2026-13": NotAPeriod(field="periods", period="2026-13")}
Sent = Sequence[tuple[str, str, str, Status | None]]
Verdict = tuple[str, ...]
sent_rows = st.lists(
    st.tuples(
        st.sampled_from(["2026-11-01", "2026-11-02", "2026-13"]),
        st.sampled_from([*ITEMS, "99"]),
        numbers_as_sent,
        st.one_of(st.none(), statuses),
    ),
    max_size=30,
)


def one_by_one(sent: Sent) -> list[Verdict]:
    """What the plain rules say of each row: what stands, or the reason why not."""
    verdicts, seen = list[Verdict](), set[tuple[str, str]]()
    for number, (period, code, value, status) in enumerate(sent):
        try:
            if period in REFUSED:
                raise REFUSED[period]
            if code not in ITEMS:
                raise UnknownItem(field=f"items[{number}]", item=code)
            if (period, code) in seen:
                raise DuplicateItem(field=f"items[{number}]", item=code)
            seen.add((period, code))
            judged = judge(ITEMS[code], value, status, "", f"values[{number}]")
            verdicts.append((period, code, judged.status, judged.value))
        except DomainError as no:
            verdicts.append((no.reason, no.text("vi"), str(no.facts.get("field"))))
    return verdicts


def at_once(sent: Sent) -> list[Verdict]:
    columns = zip(*sent, strict=True) if sent else ((), (), (), ())
    rows, flaws = judge_batch(Batch(*map(list, columns)), ITEMS, REFUSED)
    verdicts: dict[int, Verdict] = {
        number: (flaw.reason, flaw.text("vi"), str(flaw.facts.get("field")))
        for number, flaw in flaws
    }
    columns_ = (rows.numbers, rows.periods, rows.items, rows.statuses, rows.values)
    verdicts |= {number: tuple(said) for number, *said in zip(*columns_, strict=True)}
    return [verdicts[number] for number in range(len(sent))]


@given(sent_rows)
def test_each_row_has_the_verdict_that_it_would_have_alone(sent: Sent) -> None:
    assert at_once(sent) == one_by_one(sent)


@given(st.lists(st.tuples(st.sampled_from(["1", "2"]), numbers_as_sent), max_size=20))
def test_plain_numbers_too(sent: list[tuple[str, str]]) -> None:
    rows = [(f"2026-{n:02}", item, value, None) for n, (item, value) in enumerate(sent, 20)]
    assert at_once(rows) == one_by_one(rows)


def test_rows_are_left_out_by_their_numbers() -> None:
    rows = Rows(
        [3, 5, 8], ["a", "b", "c"], ["1"] * 3, ["value"] * 3, ["7", "8", "9"], ["", "x", ""]
    )
    assert rows.without({3, 8}) == Rows([5], ["b"], ["1"], ["value"], ["8"], ["x"])
    assert rows._replace(notes=None).without({5}).notes is None
    assert rows.without({3, 5, 8}).numbers == []


def test_a_text_may_hold_whatever_people_write() -> None:
    text = 'a\tb\nc; \\N "d" {e}'[:10]
    batch = Batch(["2026-11-01"] * 2, ["3", "1"], [text, "1"])
    rows, flaws = judge_batch(batch, {"3": NOTE, "1": COUNT}, {})
    assert (list(rows.values), flaws) == ([text.strip(), "1"], [])
