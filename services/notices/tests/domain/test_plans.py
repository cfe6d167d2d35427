"""How a reminder climbs."""

from uuid import UUID

import pytest

from saola.services.notices.domain import plans
from saola.services.notices.domain.plans import USUAL, Official, Reached, Rung, Step

COMMUNE, DISTRICT, PROVINCE = UUID(int=1), UUID(int=2), UUID(int=3)
STANDS = {
    Rung.REPORTERS: COMMUNE,
    Rung.HEADS: COMMUNE,
    Rung.PARENT: DISTRICT,
    Rung.OFFICE: PROVINCE,
}
CLERK = Official(UUID(int=11), {COMMUNE}, {"reporter"})
HEAD = Official(UUID(int=12), {COMMUNE}, {"approver"})
ABOVE = Official(UUID(int=13), {DISTRICT}, {"leader"})
TOP = Official(UUID(int=14), {PROVINCE}, {"leader", "steward"})
ALL = [TOP, ABOVE, HEAD, CLERK]


def who(rungs: tuple[Rung, ...], officials: list[Official] = ALL) -> list[UUID]:
    return [one.official for one in plans.reached(rungs, STANDS, officials)]


def test_each_usual_step_reaches_higher_than_the_one_before() -> None:
    reached = {step.code: who(step.rungs) for step in USUAL}
    assert reached == {
        "before": [CLERK.id],
        "due": [CLERK.id, HEAD.id],
        "late": [CLERK.id, HEAD.id, ABOVE.id],
        "overdue": [HEAD.id, ABOVE.id, TOP.id],
    }


def test_where_there_is_nobody_the_word_goes_to_the_next_above() -> None:
    assert who((Rung.REPORTERS,), [HEAD, TOP]) == [HEAD.id]
    assert who((Rung.REPORTERS,), [TOP]) == [TOP.id]
    assert who((Rung.REPORTERS,), []) == []


def test_who_stands_on_two_rungs_is_told_once_and_by_the_nearer_position() -> None:
    both = Official(UUID(int=15), {COMMUNE, DISTRICT}, {"approver"})
    found = plans.reached((Rung.HEADS, Rung.PARENT), STANDS, [both])
    assert found == [Reached(both.id, COMMUNE)]


def test_an_agency_without_one_above_climbs_to_the_office() -> None:
    alone = {Rung.REPORTERS: PROVINCE, Rung.HEADS: PROVINCE, Rung.OFFICE: PROVINCE}
    assert plans.reached((Rung.PARENT,), alone, ALL) == [Reached(TOP.id, PROVINCE)]


def test_a_step_that_the_plan_does_not_know_is_none() -> None:
    assert plans.step_of(USUAL, "late") == USUAL[2]
    assert plans.step_of(USUAL, "tomorrow") is None


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ((), "plan.steps"),
        ((USUAL[0], USUAL[0]), "plan.steps[1].code"),
        ((Step("late", (), "late"),), "plan.steps[0].rungs"),
        ((Step("late", (Rung.HEADS,), "later"),), "plan.steps[0].template"),
        ((Step("late", (Rung.HEADS,), "returned"),), "plan.steps[0].template"),
        ((Step("", (Rung.HEADS,), "late"),), "plan.steps[0].code"),
        (tuple(Step(f"s{n}", (Rung.HEADS,), "late") for n in range(13)), "plan.steps"),
    ],
)
def test_a_plan_that_would_tell_nobody_is_refused(steps: tuple[Step, ...], field: str) -> None:
    with pytest.raises(plans.InvalidStep) as no:
        plans.check(steps)
    assert no.value.facts["field"] == field


def test_the_usual_plan_passes() -> None:
    plans.check(USUAL)


def test_those_decide_who_approve_nearest_but_nobody_about_what_they_ask_themselves() -> None:
    higher = Official(UUID(int=15), {PROVINCE}, {"approver"})

    def decide(lowest: Rung, but: UUID) -> list[UUID]:
        there = [*ALL, higher]
        return [one.official for one in plans.deciders(lowest, STANDS, there, str(but))]

    assert decide(Rung.HEADS, CLERK.id) == [HEAD.id]
    assert decide(Rung.HEADS, HEAD.id) == [higher.id]  # a leader approves nothing
    assert decide(Rung.PARENT, CLERK.id) == [higher.id]
    assert plans.deciders(Rung.OFFICE, STANDS, ALL, "") == []
