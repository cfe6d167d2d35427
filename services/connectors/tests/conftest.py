"""A source that the site allows, and a store for what is fetched from it."""

from collections.abc import Iterator

import pytest
from services.connectors.tests import make
from services.connectors.tests.source import Source, source


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch, objects: str) -> Iterator[Source]:
    """`objects` is asked for so that there is a store."""
    assert objects
    with source() as one:
        make.allow(monkeypatch, one)
        yield one
