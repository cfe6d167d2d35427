"""The rules of records."""

import pytest

from saola.services.sample import domain


def test_a_title_is_kept_without_needless_spaces() -> None:
    assert domain.title("  Một \n hồ sơ ") == "Một hồ sơ"


def test_a_title_that_nobody_would_read_is_refused() -> None:
    with pytest.raises(domain.TitleTooLong):
        domain.title("a" * (domain.LONGEST_TITLE + 1))
