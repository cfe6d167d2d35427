"""The rules of public-investment projects: when they run, and when they are late."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from saola.kit.errors import Code, DomainError, InvalidField, MissingField
from saola.services.budget.domain import money

CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{0,39}")
LONGEST_TITLE: Final = 500
LONGEST_OBSTACLE: Final = 2000
# More than two months behind: the rule of the province's reports on slow projects.
PATIENCE: Final = 2


class Kind(StrEnum):
    """What a payment is: capital that was planned, or disbursed."""

    PLAN = "plan"
    DISBURSEMENT = "disbursement"


class EndsBeforeItBegins(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Dự án không thể kết thúc trước khi bắt đầu (trường {field})."
    en = "A project does not end before it begins (field {field})."


@dataclass(frozen=True)
class Said:
    """What is said of a project, but for its code and its agency."""

    title: str
    area: str
    total: int
    first: date
    last: date
    finished: date | None = None
    progress: int = 0
    obstacle: str = ""


def check_code(code: str) -> str:
    if not CODE.fullmatch(code):
        raise InvalidField(field="project.code")
    return code


def check(said: Said, today: date) -> None:
    if not said.title:
        raise MissingField(field="project.title")
    for name, text, most in (
        ("title", said.title, LONGEST_TITLE),
        ("obstacle", said.obstacle, LONGEST_OBSTACLE),
    ):
        if len(text) > most or "\0" in text:
            raise InvalidField(field=f"project.{name}")
    money.check_area(said.area, "project.area")
    if not 0 <= said.total < money.MOST_DONG:
        raise money.InvalidAmount(field="project.total")
    if not 0 <= said.progress <= 100:
        raise InvalidField(field="project.progress")
    if said.last < said.first:
        raise EndsBeforeItBegins(field="project.last_day")
    if said.finished and not said.first <= said.finished <= today:
        raise EndsBeforeItBegins(field="project.finish_day")


def late_since(last: date) -> date:
    """The first day on which a project that is not finished is more than two months behind."""
    months = last.year * 12 + last.month - 1 + PATIENCE
    year, month = divmod(months, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    days = (following - first).days
    day = min(last.day, days)
    return date.fromordinal(date(year, month + 1, day).toordinal() + 1)


def is_late(last: date, finished: date | None, on: date) -> bool:
    return on >= late_since(last) and (finished is None or finished > on)
