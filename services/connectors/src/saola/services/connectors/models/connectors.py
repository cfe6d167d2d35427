"""A connector: what people say of it, its secret under seal, where its clock is, how it goes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.kit.vault import Seal
from saola.kit.words import fold, sort_key
from saola.periods.periods import PeriodType
from saola.periods.windows import Window
from saola.services.connectors.domain.connectors import (
    Format,
    Health,
    Method,
    Numbers,
    Secret,
    Spec,
    check_secret,
    field_of,
    kept,
)
from saola.services.connectors.domain.runs import Form
from saola.services.connectors.domain.schedules import Schedule
from saola.services.connectors.models import Base


class Connector(Base):
    __tablename__ = "connectors"
    __table_args__ = (
        Index("ix_connectors_due", "next_at", postgresql_where=text("next_at is not null")),
        Index(None, "agency", "sort_key", "id"),
    )

    agency: Mapped[UUID] = agency_column()
    form: Mapped[UUID]
    title: Mapped[str]
    folded: Mapped[str]
    sort_key: Mapped[str]
    url: Mapped[str]
    method: Mapped[Method]
    user: Mapped[str]
    header: Mapped[str]
    # Sealed for this row and this origin; nothing opens it for another.
    secret: Mapped[bytes | None]
    origin: Mapped[str]
    format: Mapped[Format]
    rows: Mapped[str]
    period_source: Mapped[str]
    fields: Mapped[list[Any]]
    numbers: Mapped[Numbers]
    delimiter: Mapped[str]
    encoding: Mapped[str]
    schedule: Mapped[str]
    lag: Mapped[int]
    seconds: Mapped[int]
    size_limit: Mapped[int]
    retries: Mapped[int]
    # Of the form, as it was when this was said last or ran last.
    period_type: Mapped[PeriodType]
    first_day: Mapped[int]
    # Up to when runs are planned, and when the next one is; none while it is paused.
    planned_until: Mapped[datetime]
    next_at: Mapped[datetime | None]
    health: Mapped[Health]
    failures: Mapped[int]
    last_run: Mapped[UUID | None]
    good_run: Mapped[UUID | None]
    # When the last run ended; its birthday before that.
    ran_at: Mapped[datetime]

    @classmethod
    def begin(cls, agency: UUID, form: UUID, at: datetime) -> "Connector":
        return cls(
            agency=agency,
            form=form,
            secret=None,
            health=Health.NEW,
            failures=0,
            last_run=None,
            good_run=None,
            ran_at=at,
            created_at=at,
            planned_until=at,
        )

    @property
    def spec(self) -> Spec:
        return spec_of(self)

    def say(self, spec: Spec, form: Form, now: datetime) -> None:
        """A schedule that is another counts from now on."""
        before = (self.schedule, self.lag) if self.schedule else None
        for name, value in vars(spec).items():
            setattr(self, name, value)
        self.fields, self.origin = kept(spec.fields), spec.origin
        self.folded, self.sort_key = fold(f"{spec.title} {spec.url}"), sort_key(spec.title)
        self.period_type, self.first_day = form.type, form.window.first_day
        if before is None or (self.next_at and before != (spec.schedule, spec.lag)):
            self.go_on(now)

    def keep_secret(self, said: Spec, given: str, seal: Seal) -> None:
        """A new one; or the old one, while it is for the same host in the same way."""
        if said.method is Method.NONE:
            self.secret = None
        elif given:
            value = Secret.given(given).value.encode()
            self.secret = seal.close(value, _bound(self.id, said.origin))
        else:
            same = (self.origin, self.method) == (said.origin, said.method)
            check_secret(said, there=same and self.secret is not None)

    def pause(self) -> None:
        self.next_at = None

    def go_on(self, now: datetime) -> None:
        self.planned_until, self.next_at = now, schedule_of(self).after(now)


def secret_of(row: Any, seal: Seal) -> Secret | None:  # a Connector, or a row of its table
    """Nothing, where there is none, or none that was sealed for this."""
    if row.secret is None:
        return None
    value = seal.open(row.secret, _bound(row.id, row.origin))
    return Secret(value.decode()) if value is not None else None


def _bound(connector: UUID, origin: str) -> str:
    """What a secret is sealed for: moved to another row or another host, it is nothing."""
    return f"connectors/{connector} {origin}"


def schedule_of(row: Any) -> Schedule:  # a Connector, or a row of its table
    return Schedule(row.schedule, row.lag, row.period_type, Window(row.first_day))


def spec_of(row: Any) -> Spec:  # a Connector, or a row of its table
    return Spec(
        title=row.title,
        url=row.url,
        fields=tuple(map(field_of, row.fields)),
        schedule=row.schedule,
        format=row.format,
        method=row.method,
        user=row.user,
        header=row.header,
        rows=row.rows,
        period_source=row.period_source,
        numbers=row.numbers,
        delimiter=row.delimiter,
        encoding=row.encoding,
        lag=row.lag,
        seconds=row.seconds,
        size_limit=row.size_limit,
        retries=row.retries,
    )
