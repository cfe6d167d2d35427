"""The agencies: one row each, with all its parents and codes; common to all, so not row-secured."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Column, Date, Index, Select, Table, Text, Uuid, select
from sqlalchemy.orm import Mapped

from saola.directory.tree import Parent, next_turn, parent_on, turns
from saola.kit.tables import lineage
from saola.kit.words import fold, sort_key
from saola.services.identity.domain import agencies as domain
from saola.services.identity.domain.agencies import LOCAL_SCHEME, Code, Kind, Life, Said
from saola.services.identity.models import Base

# What makes a code unique at a time: the migration adds the constraint that excludes a second one.
codes = Table(
    "agency_codes",
    Base.metadata,
    Column("agency_id", Uuid, primary_key=True),
    Column("scheme", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
)


class Agency(Base):
    __tablename__ = "agencies"
    __table_args__ = (
        Index(None, "code"),
        Index(None, "parent"),
        Index(None, "successor"),
        Index(None, "sort_key", "id"),
        Index(None, "turns_on"),
        Index(
            "ix_agencies_folded",
            "folded",
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
        Index(
            "ix_agencies_parents",
            "parents",
            postgresql_using="gin",
            postgresql_ops={"parents": "jsonb_path_ops"},
        ),
    )

    code: Mapped[str]
    title: Mapped[str]
    short: Mapped[str]
    kind: Mapped[Kind]
    area: Mapped[UUID | None]
    # Today's, out of `parents`: lists of the parent, its first day, and its end or null.
    parent: Mapped[UUID | None]
    parents: Mapped[list[Any]]
    # Those of other schemes: lists of the scheme, the code, its first day, and its end or null.
    codes: Mapped[list[Any]]
    # Since when it is as it is, where that is known.
    changed_at: Mapped[datetime | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor: Mapped[UUID | None]
    # The next day on which the agency begins, ends, or stands below another.
    turns_on: Mapped[date | None]
    folded: Mapped[str]
    sort_key: Mapped[str]

    @classmethod
    def found(
        cls, said: Said, parents: Sequence[Parent], at: datetime, today: date, id: UUID | None
    ) -> Self:
        agency = cls(
            id=id or uuid4(),
            code=domain.code(said.code, "agency.code"),
            valid_from=said.since,
            created_at=at,
            changed_at=at,
        )
        agency.describe(said)
        agency.stand(parents, today)
        return agency

    def describe(self, said: Said) -> None:
        """Takes over what may change at any time."""
        domain.check_open(self.life)
        self.title = domain.line(said.title, "agency.display_name")
        self.short = domain.line(
            said.short, "agency.short_name", domain.LONGEST_SHORT, needed=False
        )
        self.kind, self.area = said.kind, said.area
        local = Code(LOCAL_SCHEME, self.code, self.valid_from, self.valid_to)
        self.codes = [row_of(one) for one in domain.codes(local, said.codes)[1:]]
        self.folded = fold(f"{self.title} {self.short} {self.code}")
        self.sort_key = sort_key(self.title)

    def move(self, to: UUID, since: date, today: date) -> None:
        domain.check_open(self.life)
        self.stand(domain.moved(self.periods, to, since, "valid_from"), today)

    def close(self, end: date, successor: UUID | None, today: date) -> None:
        parents = domain.closed(self.life, self.periods, end, "valid_to")
        self.valid_to, self.successor = end, successor
        self.codes = [
            [scheme, code, since, min(until or str(end), str(end))]
            for scheme, code, since, until in self.codes
            if since < str(end)
        ]
        self.stand(parents, today)

    def stand(self, parents: Sequence[Parent], today: date) -> None:
        """Below whom, and when that is next to be looked at."""
        self.parents = [
            [str(one.agency), str(one.since), str(one.until) if one.until else None]
            for one in parents
        ]
        self.parent = parent_on(parents, today)
        self.turns_on = next_turn(today, self.valid_from, *turns(parents), self.valid_to)

    @property
    def life(self) -> Life:
        return Life(self.valid_from, self.valid_to)

    @property
    def others(self) -> list[Code]:
        """The codes of other schemes."""
        return [
            Code(
                scheme,
                code,
                date.fromisoformat(since),
                _end(until),
            )
            for scheme, code, since, until in self.codes
        ]

    @property
    def periods(self) -> list[Parent]:
        return periods(self.parents)


def periods(parents: Sequence[Sequence[str | None]]) -> list[Parent]:
    """The parents of a row."""
    return [
        Parent(
            UUID(agency),
            date.fromisoformat(since or ""),
            _end(until),
        )
        for agency, since, until in parents
    ]


def _end(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def row_of(code: Code) -> list[str | None]:
    until = code.until.isoformat() if code.until else None
    return [code.scheme, code.code, code.since.isoformat(), until]


def claims(agency: Agency) -> list[Mapping[str, Any]]:
    """The rows that keep others from the codes of an agency."""
    local = row_of(Code(LOCAL_SCHEME, agency.code, agency.valid_from, agency.valid_to))
    return [
        {
            "agency_id": agency.id,
            "scheme": scheme,
            "code": code,
            "valid_from": date.fromisoformat(since or ""),
            "valid_to": _end(until),
        }
        for scheme, code, since, until in (local, *agency.codes)
    ]


def below(agency: UUID, roots: Sequence[UUID]) -> Select[Any]:
    """A row, if the agency is one of `roots` or below one today."""
    is_below = (lineage.c.agency == agency) & lineage.c.ancestor.in_(roots)
    return select(lineage.c.agency).where(is_below).limit(1)
