"""When somebody is told of a report that is not submitted."""

from datetime import UTC, datetime, timedelta

import pytest

from saola.services.warehouse.domain.reminders import CATCH_UP, Step, Steps, reached

STEPS = Steps.read(
    {
        "day": {"late": 15, "before": -1, "due": 0},
        "other": {"before": -24, "due": 0, "overdue": 72},
    }
)
DUE = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)  # the last second of the year in Vietnam
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "step"),
    [
        (-HOUR - SECOND, ""),
        (-HOUR, "before"),
        (-SECOND, "before"),
        (timedelta(), "due"),
        (15 * HOUR - SECOND, "due"),
        (15 * HOUR, "late"),
        (99 * HOUR, "late"),
    ],
)
def test_a_step_is_reached_to_the_second_and_only_the_last_counts(
    after: timedelta, step: str
) -> None:
    found = reached(STEPS.of("day"), DUE, DUE + after)
    assert (found.code if found else "") == step


def test_a_type_without_steps_of_its_own_has_those_of_the_others() -> None:
    assert STEPS.of("quarter") == [Step(-24, "before"), Step(0, "due"), Step(72, "overdue")]
    assert Steps.read({"day": {"due": 0}}).of("month") == ()


def test_deadlines_are_looked_at_from_the_first_step_to_a_week_after_the_last() -> None:
    assert STEPS.window(DUE) == (DUE - 72 * HOUR - CATCH_UP, DUE + 24 * HOUR)
    assert Steps.read({}).window(DUE) is None
