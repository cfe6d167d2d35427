"""The rules of one move for several reports at once."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from saola.kit.errors import Code, DomainError

MOST_REPORTS: Final = 100
MOST_TOLD: Final = 3


class TooManyReports(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Mỗi lần chỉ xử lý tối đa {most} báo cáo."
    en = "At most {most} reports go at once."


class Asked(NamedTuple):
    """Which report is to be moved, as it was seen, and with which word."""

    name: str
    etag: str
    word: str = ""


def check_batch(asked: Sequence[Asked]) -> None:
    if len(asked) > MOST_REPORTS:
        raise TooManyReports(most=MOST_REPORTS)


def sentence(refusal: DomainError, language: str) -> str:
    """What one is told in the place of a report: the refusal, and what is wrong in particular."""
    told = [one.text(language) for one in (refusal, *refusal.also)]
    more = " …" if len(told) > MOST_TOLD + 1 else ""
    return " ".join(dict.fromkeys(told[: MOST_TOLD + 1])) + more
