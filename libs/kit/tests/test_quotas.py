"""Nobody keeps the others from being served."""

import pytest

from saola.kit.errors import TooManyRequests
from saola.kit.quotas import Quota


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_client_asks_so_often_in_any_such_span() -> None:
    clock = Clock()
    quota = Quota("2/minute", clock)
    quota.check("mai")
    clock.now += 50
    quota.check("mai")
    with pytest.raises(TooManyRequests) as no:
        quota.check("mai")
    assert no.value.facts == {"retry_after": 10}
    clock.now += 10
    quota.check("mai")
    assert not quota.take("mai")


def test_what_is_refused_is_not_counted() -> None:
    clock = Clock()
    quota = Quota("1/second", clock)
    assert [quota.take("mai") for _ in range(5)] == [True, False, False, False, False]
    clock.now += 1
    assert quota.take("mai")


def test_each_client_has_its_own() -> None:
    quota = Quota("1/hour")
    assert [quota.take(name) for name in ("mai", "lan", "mai", "lan")] == [True, True, False, False]
