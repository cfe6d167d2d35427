"""A form by which agencies report: its latest edition. What is published changes no more."""

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
from saola.services.warehouse.domain import editions, forms
from saola.services.warehouse.domain.editions import Edition
from saola.services.warehouse.domain.forms import DueRule, Item, State, ValueType
from saola.services.warehouse.models import Base
from saola.services.warehouse.models.editions import (
    levels_said,
    levels_to_row,
    rules_of,
    rules_to_row,
)


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
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # Which edition this is: the latest that is published, or the first while it is drafted.
    edition: Mapped[int]
    in_force_from: Mapped[str]
    # The edition that is being drafted beside it, or 0.
    draft_edition: Mapped[int]
    folded: Mapped[str]
    # Which service has declared it; empty for those of people.
    declarer: Mapped[str] = mapped_column(server_default="")

    @classmethod
    def draft(cls, code: str, draft: Edition, at: datetime) -> Self:
        forms.check_code(code)
        form = cls(code=code, state=State.DRAFT, created_at=at, edition=1, draft_edition=0)
        form.redraft(draft)
        return form

    def redraft(self, draft: Edition) -> None:
        """A published form is never changed: reports were written by it."""
        forms.check_draft(self.state)
        self.take(draft)

    def take(self, draft: Edition) -> None:
        """Says what this edition says."""
        editions.check(draft)
        self.title_vi, self.title_en, self.field = draft.title_vi, draft.title_en, draft.field
        self.period_type = draft.period_type
        self.due_days, self.due_time = draft.due_rule.days, draft.due_rule.time
        self.due_on_working_days = draft.due_rule.working_days
        self.window_first_day = draft.due_rule.window.first_day
        self.items = [asdict(item) for item in draft.items]
        self.rules, self.levels = rules_to_row(draft.rules), levels_to_row(draft.levels)
        self.in_force_from = draft.in_force_from
        self.folded = fold(f"{self.code} {self.title_vi} {self.title_en}")

    def publish(self) -> None:
        self.state = forms.move(self.state, State.PUBLISHED)

    def revise(self) -> int:
        """The number of the edition that is drafted now; the same, if one is drafted already."""
        if self.state is not State.PUBLISHED:
            raise forms.IllegalMove(current=self.state, to=State.DRAFT)
        self.draft_edition = self.draft_edition or self.edition + 1
        return self.draft_edition

    def succeed(self, edition: Edition) -> None:
        """The edition that was drafted takes the place of the latest."""
        forms.check_published(self.state, self.name)
        self.take(edition)
        self.edition, self.draft_edition = self.draft_edition, 0

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


def edition_of(row: Any) -> Edition:  # a Form, or a row as of its table
    return Edition(
        row.title_vi,
        row.title_en,
        row.field,
        row.period_type,
        due_rule_of(row),
        items_of(row.items),
        rules_of(row.rules),
        levels_said(row.levels),
        row.in_force_from,
    )


def edition_to_row(said: Edition) -> dict[str, Any]:
    """The columns that differ from edition to edition."""
    return {
        "in_force_from": said.in_force_from,
        "title_vi": said.title_vi,
        "title_en": said.title_en,
        "field": said.field,
        "due_days": said.due_rule.days,
        "due_on_working_days": said.due_rule.working_days,
        "due_time": said.due_rule.time,
        "window_first_day": said.due_rule.window.first_day,
        "items": [asdict(item) for item in said.items],
        "rules": rules_to_row(said.rules),
        "levels": levels_to_row(said.levels),
    }


def due_rule_of(row: Any) -> DueRule:  # a Form, or a row of its table
    return DueRule(
        row.due_days,
        working_days=row.due_on_working_days,
        time=row.due_time,
        window=Window(row.window_first_day),
    )
