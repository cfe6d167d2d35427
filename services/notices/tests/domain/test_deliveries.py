"""What leaves together, and what becomes of what does not arrive."""

from datetime import timedelta
from uuid import UUID

from saola.services.notices.domain import deliveries
from saola.services.notices.domain.deliveries import PAUSES, How, Outcome, State, Waiting
from saola.services.notices.domain.preferences import Wishes

from .test_preferences import at

FREE, NIGHTLY = Wishes(quiet=None), Wishes()
NOON, NIGHT, MORNING = at(12), at(23), at(6, day=28)
BUSY = Outcome(How.LATER, "451")


def waiting(number: int, due: int = 0, *, urgent: bool = False) -> Waiting:
    return Waiting(UUID(int=number), NOON + timedelta(minutes=due), urgent)


def test_forty_notices_are_one_message() -> None:
    forty = [waiting(n, n) for n in range(40)]
    assert deliveries.leaving(forty, NOON, FREE) == [one.id for one in forty]


def test_nothing_leaves_before_one_of_them_is_due() -> None:
    assert deliveries.leaving([waiting(1, 5), waiting(2, 9)], NOON, FREE) == []


def test_in_quiet_hours_only_what_is_urgent_leaves_and_the_rest_is_looked_at_in_the_morning() -> (
    None
):
    both = [waiting(1), waiting(2, urgent=True)]
    assert deliveries.leaving(both, NIGHT, NIGHTLY) == [UUID(int=2)]
    assert deliveries.held(both, NIGHT, NIGHTLY) == [UUID(int=1)]
    assert deliveries.leaving([waiting(1)], MORNING, NIGHTLY) == [UUID(int=1)]


def test_nothing_is_held_that_is_not_due_or_not_in_quiet_hours() -> None:
    assert deliveries.held([waiting(1)], NOON, NIGHTLY) == []
    assert deliveries.held([waiting(1, 5)], NIGHT, FREE) == []
    assert deliveries.held([waiting(1, 24 * 60)], NIGHT, NIGHTLY) == []


def test_one_more_leaves_once_a_minute_has_passed_since_the_one_that_filled_the_measure() -> None:
    assert deliveries.free_at(None, NOON) == NOON
    assert deliveries.free_at(NOON - timedelta(seconds=20), NOON) == NOON + timedelta(seconds=40)
    assert deliveries.free_at(NOON - timedelta(hours=1), NOON) == NOON


def test_what_may_pass_is_tried_again_after_longer_and_longer_for_a_day() -> None:
    pauses = []
    for attempt in range(1, len(PAUSES) + 1):
        state, code, then = deliveries.after(BUSY, attempt, NOON)
        assert (state, code) == (State.SENDING, "451")
        assert then is not None
        pauses.append(then - NOON)
    assert pauses == sorted(pauses)
    assert sum(pauses, timedelta()) > timedelta(hours=20)
    assert deliveries.after(BUSY, len(PAUSES) + 1, NOON) == (State.FAILED, "gave_up 451", None)


def test_what_will_not_pass_has_failed_at_once() -> None:
    assert deliveries.after(Outcome(How.NEVER, "550"), 1, NOON) == (State.FAILED, "550", None)


def test_a_gateway_that_says_when_is_asked_then() -> None:
    told = Outcome(How.LATER, "429", timedelta(minutes=7))
    assert deliveries.after(told, 1, NOON)[2] == NOON + timedelta(minutes=7)
