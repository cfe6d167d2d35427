"""Whose turn it is to approve, nobody about their own, and for how long something is unlocked."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from saola.kit.errors import InvalidField
from saola.services.warehouse.domain import unlocks
from saola.services.warehouse.domain.approvals import (
    USUAL,
    Approved,
    ApprovedBefore,
    InvalidLevel,
    Level,
    NotYourLevel,
    Post,
    Where,
    approvals,
    check_first,
    check_levels,
    check_not_own,
    post_for,
    post_for_any,
    posts,
    standing,
)
from saola.services.warehouse.domain.forms import IllegalMove
from saola.services.warehouse.domain.submissions import COUNTED, COUNTS, Action, OwnSubmission
from saola.services.warehouse.domain.submissions import State as ReportState


class Line(NamedTuple):
    action: Action


COMMUNE, PROVINCE, OLD = UUID(int=3), UUID(int=1), UUID(int=4)
OWN, ABOVE = Level("Lãnh đạo đơn vị", Where.OWN), Level("Sở chủ quản", Where.SUPERIOR)
NOON = datetime(2026, 11, 27, 5, tzinfo=UTC)


def test_own_agency_superior_and_either() -> None:
    here, there = Post(own=True), Post(own=False)
    assert [here.fits(level) for level in (OWN, ABOVE, *USUAL)] == [True, False, True]
    assert [there.fits(level) for level in (OWN, ABOVE, *USUAL)] == [False, True, True]


def test_a_post_by_right_goes_before_a_deputys_and_the_own_agency_before_the_superior() -> None:
    found = posts([PROVINCE, COMMUNE], {COMMUNE: "chi"}, {COMMUNE})
    assert found == [Post(own=False), Post(own=True, deputy_of="chi")]
    assert post_for(OWN, found).deputy_of == "chi"
    assert post_for(ABOVE, found).deputy_of == ""
    assert post_for_any([OWN, ABOVE], found).deputy_of == "chi"
    assert post_for(USUAL[0], posts([COMMUNE, PROVINCE], {}, {COMMUNE})).own


def test_who_took_over_a_closed_agency_decides_as_it_did() -> None:
    assert post_for(OWN, posts([COMMUNE], {}, {OLD, COMMUNE})).own


def test_another_levels_approver_is_told_whose_turn_it_is() -> None:
    with pytest.raises(NotYourLevel) as no:
        post_for(ABOVE, [Post(own=True)])
    assert no.value.text("vi").endswith("thuộc thẩm quyền của cơ quan cấp trên.")
    with pytest.raises(NotYourLevel):
        post_for_any([OWN], [Post(own=False)])
    with pytest.raises(NotYourLevel):
        post_for(OWN, [])


@pytest.mark.parametrize(
    ("caller", "deputy_of"), [("lan", ""), ("minh", "lan"), ("boss", ""), ("minh", "boss")]
)
def test_nobody_decides_about_their_own_not_even_through_a_deputy(
    caller: str, deputy_of: str
) -> None:
    """Lan has submitted it as the deputy of the boss."""
    with pytest.raises(OwnSubmission):
        check_not_own(["lan", "boss"], caller, Post(own=True, deputy_of=deputy_of))
    check_not_own(["lan", ""], "minh", Post(own=True))


@pytest.mark.parametrize(("caller", "deputy_of"), [("an", ""), ("binh", "an"), ("ha", "")])
def test_no_person_at_two_levels(caller: str, deputy_of: str) -> None:
    approved = [Approved(1, "an", "ha")]
    with pytest.raises(ApprovedBefore, match="level 1"):
        check_first(approved, caller, Post(own=True, deputy_of=deputy_of))
    check_first(approved, "binh", Post(own=True))


def test_levels_have_titles_and_there_are_five_at_most() -> None:
    check_levels([])
    check_levels([OWN, ABOVE])
    with pytest.raises(InvalidLevel, match=r"levels\[1\].title_vi"):
        check_levels([OWN, Level(" ", Where.ANY)])
    with pytest.raises(InvalidLevel):
        check_levels([OWN] * 6)


def test_what_is_decided_may_be_unlocked_and_nothing_else() -> None:
    for state in ReportState:
        if state in {ReportState.APPROVED, ReportState.LOCKED}:
            unlocks.check_closed(state)
        else:
            with pytest.raises(IllegalMove):
                unlocks.check_closed(state)


@pytest.mark.parametrize(
    "after", [timedelta(0), timedelta(seconds=-1), timedelta(days=30, seconds=1)]
)
def test_an_unlock_ends_in_the_future_and_soon(after: timedelta) -> None:
    with pytest.raises(InvalidField):
        unlocks.check_end(NOON + after, NOON)
    unlocks.check_end(NOON + timedelta(days=30), NOON)


def test_the_last_moment_is_over() -> None:
    unlocks.check_still_open(None, NOON)
    unlocks.check_still_open(NOON + timedelta(microseconds=1), NOON)
    with pytest.raises(unlocks.UnlockOver, match="12:00 27/11/2026"):
        unlocks.check_still_open(NOON, NOON)


def test_whoever_asks_does_not_grant_not_even_by_a_deputy() -> None:
    unlocks.check_other("lan", "minh", "")
    for caller, deputy_of in (("lan", ""), ("minh", "lan")):
        with pytest.raises(unlocks.OwnRequest):
            unlocks.check_other("lan", caller, deputy_of)


def test_a_request_is_decided_once() -> None:
    assert unlocks.move(unlocks.State.REQUESTED, unlocks.State.GRANTED)
    for current in (unlocks.State.GRANTED, unlocks.State.REFUSED, unlocks.State.ENDED):
        with pytest.raises(IllegalMove):
            unlocks.move(current, unlocks.State.GRANTED)


def test_every_move_says_whether_a_report_counts_after_it() -> None:
    assert {action for action, counts in COUNTS.items() if counts} == {
        *(Action[state.name] for state in COUNTED),
        Action.CORRECTED,
        Action.RELOCKED,
        Action.LOADED,
    }


def test_what_was_done_while_it_was_open_does_not_hold_once_it_is_as_before() -> None:
    said = (Action.CREATED, Action.SUBMITTED, Action.APPROVED, Action.LOCKED)
    before = [Line(action) for action in said]
    meanwhile = (Action.UNLOCKED, Action.ENTERED, Action.SUBMITTED, Action.RETURNED)
    opened = [Line(action) for action in meanwhile]
    again = [Line(Action.RELOCKED)]
    assert standing([*before, *opened]) == [*before, *opened]
    assert approvals([*before, *opened]) == []
    assert standing([*before, *opened, *again]) == [*before, *again]
    assert approvals([*before, *opened, *again]) == [Line(Action.APPROVED)]
    assert standing([*before, *opened, *again, *opened, *again]) == [*before, *again, *again]
