"""A directory file: what becomes of its rows, without a database; and how it is read."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.services.identity import formats
from saola.services.identity.domain.imports import (
    Facts,
    Line,
    NotADirectoryFile,
    Outcome,
    Verdict,
    judge,
)

TODAY, ROOT = date(2026, 1, 2), UUID(int=1)
HEADER = "code,name,short_name,kind,parent_code,area_code,valid_from"


def facts(root: UUID | None = ROOT) -> Facts:
    return Facts(agencies={}, ended={}, areas={"14": UUID(int=14)}, today=TODAY, root=root)


def line(number: int, code: str, parent: str = "", **cells: str) -> Line:
    plain = {"name": f"Đơn vị {code}", "kind": "department", **cells}
    return Line(number, code=code, parent_code=parent, **plain)


def judged(lines: Sequence[Line], known: Facts | None = None) -> dict[int, Verdict]:
    verdicts = judge(lines, known or facts(), lambda code: uuid5(ROOT, code))
    assert len(verdicts) == len(lines)
    return {one.line.number: one for one in verdicts}


def outcome(lines: Sequence[Line], known: Facts | None = None) -> dict[str, str]:
    found = judged(lines, known)
    return {
        found[one.number].line.code: (
            refusal.reason if (refusal := found[one.number].refusal) else found[one.number].outcome
        )
        for one in lines
    }


def test_children_may_stand_before_their_parents() -> None:
    rows = [line(2, "A1", "A"), line(3, "A", "T"), line(4, "T")]
    assert set(outcome(rows).values()) == {Outcome.CREATED}
    assert judged(rows)[4].agency.id == ROOT  # type: ignore[union-attr]  # it was created


def test_the_same_file_again_changes_nothing() -> None:
    rows, known = [line(2, "T"), line(3, "A", "T", area_code="14")], facts()
    judged(rows, known)
    known.root = None
    assert set(outcome(rows, known).values()) == {Outcome.UNCHANGED}


def test_a_row_that_is_refused_stops_none_but_those_below_it() -> None:
    rows = [line(2, "T"), line(3, "A", "T", kind="king"), line(4, "A1", "A"), line(5, "B", "T")]
    assert outcome(rows) == {
        "T": "created",
        "A": "INVALID_FIELD",
        "A1": "UNKNOWN_PARENT",
        "B": "created",
    }


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (line(3, "", "T"), "MISSING_FIELD", "code"),
        (line(3, "A B", "T"), "INVALID_FIELD", "code"),
        (line(3, "A", "T", name=""), "MISSING_FIELD", "name"),
        (line(3, "A", "T", name="x" * 301), "INVALID_FIELD", "name"),
        (line(3, "A", "T", kind=""), "INVALID_FIELD", "kind"),
        (line(3, "A", "Z"), "UNKNOWN_PARENT", "parent_code"),
        (line(3, "A"), "SECOND_ROOT", "parent_code"),
        (line(3, "A", "T", area_code="99"), "INVALID_FIELD", "area_code"),
        (line(3, "A", "T", valid_from="1/7/2025"), "INVALID_FIELD", "valid_from"),
        (line(3, "A", "T", valid_from="2024-01-01"), "DATES_OUT_OF_ORDER", "valid_from"),
        (line(3, "T"), "DUPLICATE_ROW", "code"),
        (line(3, "A", "A"), "CIRCULAR_PARENT", None),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_column(
    row: Line, reason: str, field: str | None
) -> None:
    refusal = judged([line(2, "T", valid_from="2025-01-01"), row])[3].refusal
    assert refusal is not None
    assert (refusal.reason, refusal.facts.get("field")) == (reason, field)


def test_rows_in_a_circle_are_refused_all() -> None:
    rows = [line(2, "T"), line(3, "A", "C"), line(4, "B", "A"), line(5, "C", "B")]
    assert outcome(rows) == {"T": "created"} | dict.fromkeys("ABC", "CIRCULAR_PARENT")


def test_another_parent_is_a_move_from_the_day_of_the_row() -> None:
    known = facts()
    judged([line(2, "T"), line(3, "A", "T"), line(4, "B", "T")], known)
    known.root = None
    moved = judged([line(2, "B", "A", valid_from="2026-03-01")], known)[2]
    assert moved.outcome is Outcome.CHANGED
    assert [str(one.since) for one in moved.agency.parents] == [  # type: ignore[union-attr]  # so
        "2026-01-02",
        "2026-03-01",
    ]
    assert outcome([line(2, "A", "B", valid_from="2026-04-01")], known) == {"A": "CIRCULAR_PARENT"}


CODES = st.sampled_from(["T", "A", "B", "C", "D"])


@given(st.lists(st.tuples(CODES, st.one_of(st.just(""), CODES)), max_size=8))
def test_every_row_gets_one_verdict_and_a_parent_is_always_there_first(
    pairs: list[tuple[str, str]],
) -> None:
    rows = [line(n, code, parent) for n, (code, parent) in enumerate(pairs, 2)]
    known, there = facts(), set[UUID]()
    verdicts = judge(rows, known, lambda code: uuid5(ROOT, code))
    assert sorted(one.line.number for one in verdicts) == [one.number for one in rows]
    for one in verdicts:
        if one.agency:
            assert {parent.agency for parent in one.agency.parents} <= there
            there.add(one.agency.id)


def read(text: str, encoding: str = "utf-8") -> list[Line]:
    return formats.agencies(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_of_every_office_program_are_read(encoding: str, delimiter: str, end: str) -> None:
    rows = [HEADER, 'T,"Ủy ban nhân dân ""tỉnh""",,committee,,14,2025-07-01', "", ",,,,,,"]
    text = end.join(rows).replace(",", delimiter)
    [only] = read(text, encoding)
    assert (only.number, only.code, only.area_code) == (2, "T", "14")
    assert only.name == 'Ủy ban nhân dân "tỉnh"'


def test_a_line_break_within_quotes_is_part_of_the_cell() -> None:
    [first, second] = read(f'{HEADER}\nT,"Sở\nY tế",,department,,,\nA,Sở,,department,T,,\n')
    assert (first.name, second.code) == ("Sở\nY tế", "A")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", "code"),
        ("code,name,kind\nA,B,department", "parent_code"),
        ("code,code,name,kind,parent_code", "code"),
        (f'{HEADER}\n"T', ""),
    ],
)
def test_what_is_no_directory_file_is_refused_with_the_column(text: str, column: str) -> None:
    with pytest.raises(NotADirectoryFile) as no:
        read(text)
    assert no.value.facts["column"] == column


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", "Sở".encode("cp1258", "replace") + b"\xe1"])
def test_another_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(NotADirectoryFile):
        formats.agencies(data)


def test_a_file_has_at_most_a_hundred_thousand_rows() -> None:
    row = "A,Sở,,department,T,,\n"
    assert len(read(f"{HEADER}\n{row * 100_000}")) == 100_000
    with pytest.raises(NotADirectoryFile):
        read(f"{HEADER}\n{row * 100_001}")
