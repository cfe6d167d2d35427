"""A file of a list says all of it, or is refused; and why long work has failed."""

from types import SimpleNamespace

import pytest
from fastapi.exceptions import HTTPException

from saola.edges.portal import operations
from saola.edges.portal.pages.exports import giving
from saola.kit.errors import FileTooLarge
from saola.kit.status import to_status
from saola.options.v1.operations_pb2 import Operation


class Pages:
    """A list of so many numbers, ten thousand a page."""

    def __init__(self, length: int) -> None:
        self.length = length

    async def ask(self, token: str) -> SimpleNamespace:
        first = int(token or 0)
        end = min(first + 10_000, self.length)
        following = str(end) if end < self.length else ""
        return SimpleNamespace(numbers=range(first, end), next_page_token=following)


@pytest.mark.parametrize("length", [0, 1, 10_000, 10_001, giving.MOST])
async def test_a_file_has_every_page_of_a_list(length: int) -> None:
    found = await giving.everything(Pages(length).ask, lambda answer: answer.numbers)
    assert found == list(range(length))


async def test_a_list_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(HTTPException) as refused:
        await giving.everything(Pages(giving.MOST + 1).ask, lambda answer: answer.numbers)
    assert refused.value.status_code == 413


@pytest.mark.parametrize(("language", "word"), [("vi", "lớn hơn"), ("en", "larger")])
def test_why_long_work_has_failed_is_told_in_the_words_of_who_asked(
    language: str, word: str
) -> None:
    error = to_status(FileTooLarge(most=10), language)
    shown = operations.shown(Operation(state=Operation.STATE_FAILED, error=error))
    assert shown["failed"]
    assert not shown["running"]
    assert word in shown["why"]
