"""A form by which agencies report. Once published it changes no more."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, Self

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.words import fold
from saola.periods.periods import PeriodType
from saola.periods.windows import Window
from saola.services.warehouse.domain import forms
from saola.services.warehouse.domain.forms import Draft, DueRule, Item, State, ValueType
from saola.services.warehouse.models import Base


class Form(Base):
    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str]
    title_vi: Mapped[str]
    title_en: Mapped[str]
    field: Mapped[str]
    period_type: Mapped[PeriodType]
    due_days: Mapped[int]
    due_on_working_days: Mapped[bool]
    due_time: Mapped[time]
    # On which day of the month before a report opens; 1 is the calendar.
    window_first_day: Mapped[int]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[State]
    # Periods that begin on this day or later are not expected any more.
    retired_on: Mapped[date | None]
    folded: Mapped[str]

    @classmethod
    def draft(cls, code: str, draft: Draft, at: datetime) -> Self:
        forms.check_code(code)
        form = cls(code=code, state=State.DRAFT, created_at=at)
        form.redraft(draft)
        return form

    def redraft(self, draft: Draft) -> None:
        """A published form is never changed: reports were written by it."""
        forms.check_draft(self.state)
        forms.check(draft)
        self.title_vi, self.title_en, self.field = draft.title_vi, draft.title_en, draft.field
        self.period_type = draft.period_type
        self.due_days, self.due_time = draft.due_rule.days, draft.due_rule.time
        self.due_on_working_days = draft.due_rule.working_days
        self.window_first_day = draft.due_rule.window.first_day
        self.items = [asdict(item) for item in draft.items]
        self.folded = fold(f"{self.code} {self.title_vi} {self.title_en}")

    def publish(self) -> None:
        self.state = forms.move(self.state, State.PUBLISHED)

    def retire(self, on: date) -> None:
        self.state = forms.move(self.state, State.RETIRED)
        self.retired_on = on


def items_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The items of a form as its row keeps them."""
    return tuple(
        Item(
            **{
                **item,
                "value_type": ValueType[item["value_type"].upper()],
                "choices": tuple(item["choices"]),
            }
        )
        for item in stored
    )


def due_rule_of(row: Any) -> DueRule:  # a Form, or a row of its table
    return DueRule(
        row.due_days,
        working_days=row.due_on_working_days,
        time=row.due_time,
        window=Window(row.window_first_day),
    )
