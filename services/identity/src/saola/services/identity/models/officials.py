"""The officials, and their positions. A position belongs to its agency, and hides from all others.

An official is seen by whoever sees one of the positions. What lies outside that sight is known by
`agencies` alone, so that nobody changes what others hold.
"""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Row, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.tables import agency_column
from saola.kit.words import fold, sort_key
from saola.services.identity.domain import officials as domain
from saola.services.identity.domain.officials import Held, Said, State
from saola.services.identity.models import Base


class Official(Base):
    __tablename__ = "officials"
    __table_args__ = (Index(None, "sort_key", "id"), Index(None, "turns_on"))

    user_name: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    email: Mapped[str]
    # For short messages; empty for none.
    phone: Mapped[str] = mapped_column(server_default="")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # Where the official has positions that have not ended, beyond the caller's sight too.
    agencies: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    disabled: Mapped[bool]
    # The version that Keycloak knows; 0 for none.
    known: Mapped[int]
    # The version that Keycloak did not take; 0 for none.
    refused: Mapped[int]
    # The hash of the first password, until Keycloak has it.
    first_password: Mapped[str | None]
    # The next day on which a position begins or ends.
    turns_on: Mapped[date | None]
    folded: Mapped[str]
    sort_key: Mapped[str]

    def describe(self, said: Said) -> None:
        """Takes over who it is, and which roles. Whoever says it again wants it tried again."""
        self.refused = 0
        self.full_name, self.email, self.roles = said.full_name, said.email, list(said.roles)
        self.phone = said.phone
        self.folded = fold(f"{said.full_name} {self.user_name}")
        self.sort_key = sort_key(said.full_name)

    def place(self, before: Collection[UUID], positions: Collection[Held], today: date) -> None:
        """Takes over the positions in sight; `before` are the agencies that were in sight."""
        unseen = set(self.agencies or ()) - set(before)
        self.agencies = sorted(unseen | domain.open_in(positions, today))
        turn = domain.turns_on(positions, today)
        if unseen and self.turns_on:
            turn = min(turn or self.turns_on, self.turns_on)
        self.turns_on = turn

    def disable(self) -> None:
        if self.disabled:
            raise domain.AccountDisabled
        self.disabled = True


class Position(Base):
    __tablename__ = "positions"
    __table_args__ = (Index(None, "agency", "official"), Index(None, "official"))

    official: Mapped[UUID]
    agency: Mapped[UUID] = agency_column()
    title: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    signs: Mapped[bool]


def state(official: Official | Row[Any]) -> State:
    """Pending until Keycloak has answered of what stands here."""
    if official.refused == official.version:
        return State.REFUSED
    if official.known != official.version:
        return State.PENDING
    return State.DISABLED if official.disabled else State.ACTIVE


def held(position: Position | Row[Any]) -> Held:
    return Held(
        position.agency,
        position.title,
        position.valid_from,
        position.valid_to,
        position.signs,
    )
