"""Which format a client takes, as its Accept header says."""

import pytest

from saola.services.warehouse.formats.media import Format, taken

CSV, JSON = "application/vnd.sdmx.data+csv", "application/vnd.sdmx.data+json"
OFFERED = [
    Format("data", kind, version) for kind in ("csv", "json") for version in ("2.0.0", "1.0.0")
]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", (CSV, "2.0.0")),
        ("*/*", (CSV, "2.0.0")),
        ("text/csv", (CSV, "2.0.0")),
        ("application/json", (JSON, "2.0.0")),
        (JSON, (JSON, "2.0.0")),
        (f"{JSON};version=1.0.0", (JSON, "1.0.0")),
        (f"{JSON}; version=1", (JSON, "1.0.0")),
        (f"{CSV};labels=both;version=1.0.0", (CSV, "1.0.0")),
        (f"{JSON};q=0.1, {CSV};q=0.9", (CSV, "2.0.0")),
        (f"{JSON};version=9.0.0, {CSV};version=1.0.0;q=0.5", (CSV, "1.0.0")),
        (f"image/png, {JSON}, */*;q=0.1", (JSON, "2.0.0")),
        (f"*/*, {CSV};q=0.1", (JSON, "2.0.0")),  # what is said of one goes before what of any
        (f"no type, {JSON}", (JSON, "2.0.0")),
    ],
)
def test_what_is_liked_best_is_taken(accept: str, chosen: tuple[str, str]) -> None:
    found = taken(accept, OFFERED)
    assert found
    assert (found.media, found.version) == chosen


@pytest.mark.parametrize("accept", ["image/png", "?", f"{CSV};version=3.0.0", f"{CSV};q=0"])
def test_what_is_not_taken_is_not_sent(accept: str) -> None:
    assert taken(accept, OFFERED) is None
