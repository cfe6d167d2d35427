"""What may be said of a connector, and what may not."""

from dataclasses import replace
from typing import Any

import pytest

from saola.kit.errors import DomainError, InvalidField
from saola.services.connectors.domain.connectors import (
    Field,
    Format,
    Method,
    Secret,
    SecretNeeded,
    Spec,
    check,
    check_secret,
)

ITEMS, HOSTS = {"kham", "von"}, ["a.vn"]
RIGHT = Spec(
    title="  Khám   bệnh ",
    url="https://a.vn/x?ky={period}",
    fields=(Field("kham", "data[0].kham"), Field("von", "sum(data[].von)", "0.001")),
    schedule="0  6 * * *",
)


def wrong(spec: Spec) -> list[tuple[object, str]]:
    with pytest.raises(DomainError) as no:
        check(spec, ITEMS, HOSTS)
    return [(one.facts["field"], one.reason) for one in (no.value, *no.value.also)]


def test_what_is_right_is_put_in_order() -> None:
    kept = check(RIGHT, ITEMS, HOSTS)
    assert (kept.title, kept.schedule) == ("Khám bệnh", "0 6 * * *")


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        ({"title": " "}, "connector.title", "INVALID_FIELD"),
        ({"title": "x" * 201}, "connector.title", "INVALID_FIELD"),
        ({"url": "https://b.vn/"}, "connector.url", "HOST_NOT_ALLOWED"),
        ({"url": "x"}, "connector.url", "INVALID_ADDRESS"),
        ({"schedule": "x"}, "connector.schedule", "INVALID_SCHEDULE"),
        ({"rows": "data["}, "connector.rows", "INVALID_EXPRESSION"),
        ({"period_source": "a..b"}, "connector.period_source", "INVALID_EXPRESSION"),
        ({"fields": ()}, "connector.fields", "MISSING_FIELD"),
        ({"fields": (Field("x", "a"),)}, "connector.fields[0].item", "UNKNOWN_ITEM"),
        ({"fields": (Field("kham", "]"),)}, "connector.fields[0].source", "INVALID_EXPRESSION"),
        ({"fields": (Field("kham", " "),)}, "connector.fields[0].source", "INVALID_FIELD"),
        ({"fields": (Field("kham", "a", "0"),)}, "connector.fields[0].scale", "INVALID_FIELD"),
        ({"fields": (Field("kham", "a", "NaN"),)}, "connector.fields[0].scale", "INVALID_FIELD"),
        ({"fields": (Field("kham", "a", "1e99"),)}, "connector.fields[0].scale", "INVALID_FIELD"),
        ({"method": Method.BASIC}, "connector.user", "INVALID_FIELD"),
        ({"method": Method.BASIC, "user": "a:b"}, "connector.user", "INVALID_FIELD"),
        ({"method": Method.API_KEY, "header": "Host"}, "connector.header", "INVALID_FIELD"),
        ({"method": Method.API_KEY, "header": "x\r\ny"}, "connector.header", "INVALID_FIELD"),
        ({"lag": 13}, "connector.lag", "INVALID_FIELD"),
        ({"seconds": 0}, "connector.timeout", "INVALID_FIELD"),
        ({"size_limit": 1 << 40}, "connector.size_limit", "INVALID_FIELD"),
        ({"retries": -1}, "connector.retries", "INVALID_FIELD"),
        ({"format": Format.CSV, "delimiter": "xx"}, "connector.delimiter", "INVALID_FIELD"),
        ({"format": Format.CSV, "encoding": "rot13"}, "connector.encoding", "INVALID_FIELD"),
        ({"format": Format.CSV, "rows": "data"}, "connector.rows", "INVALID_FIELD"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(said: dict[str, Any], field: str, reason: str) -> None:
    assert wrong(replace(RIGHT, **said)) == [(field, reason)]


def test_all_that_is_wrong_is_said_at_once() -> None:
    twice = (Field("kham", "a"), Field("kham", "b"))
    found = wrong(replace(RIGHT, title="", schedule="", fields=twice))
    assert [field for field, _ in found] == [
        "connector.schedule",
        "connector.title",
        "connector.fields[1].item",
    ]


def test_a_secret_is_needed_where_one_is_told_and_stands_in_no_text() -> None:
    check_secret(RIGHT, there=False)
    with pytest.raises(SecretNeeded):
        check_secret(replace(RIGHT, method=Method.BEARER), there=False)
    assert "bí mật" not in repr(Secret.given("bí mật"))
    for value in ("a\r\nb", "x" * 4001):
        with pytest.raises(InvalidField):
            Secret.given(value)
