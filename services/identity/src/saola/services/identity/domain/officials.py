"""The rules of officials: who they are, what they hold where, and what they may do."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from saola.directory.tree import holds, next_turn, overlap
from saola.kit.errors import Code as Class
from saola.kit.errors import DomainError, InvalidField, MissingField
from saola.services.identity.domain.agencies import DatesOutOfOrder, line

# What Keycloak takes, no more: an account that it refuses would stay pending for ever.
USER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,62}")
WORD: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL: Final = re.compile(rf"(?=.{{1,64}}@){WORD}(\.{WORD})*@{LABEL}(\.{LABEL})+")
NOT_IN_NAMES: Final = frozenset('<>&"$%!#?§;*~/\\|^=[]{}()')
TITLE: Final = re.compile(r"[^|\x00-\x1f]{0,60}")  # a token writes `agency|title`
LONGEST_EMAIL: Final = 254
PHONE: Final = re.compile(r"\+[1-9][0-9]{7,14}")  # ITU-T E.164
MOST_POSITIONS: Final = 20
LONGEST_PASSWORD: Final = 128
SHORT_NAME: Final = 3  # letters that any sentence may hold


class State(StrEnum):
    PENDING = "pending"
    REFUSED = "refused"
    ACTIVE = "active"
    DISABLED = "disabled"


class Role(StrEnum):
    REPORTER = "reporter"
    APPROVER = "approver"
    LEADER = "leader"
    STEWARD = "steward"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


# They see or change what is common to the whole site, so only the root's administrators give them.
OF_THE_SITE: Final = {Role.STEWARD, Role.AUDITOR}


class UnknownRole(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Không có vai trò “{role}” ({field})."
    en = "There is no role “{role}” ({field})."


class LetterNotInNames(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Họ và tên không được có ký tự “{letter}” ({field})."
    en = "A name has no “{letter}” ({field})."


class AccountDisabled(DomainError):
    vi = "Tài khoản đã bị khóa."
    en = "The account is disabled."


class WeakPassword(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Mật khẩu chưa đạt quy định: ít nhất {least} ký tự, không chứa tên đăng nhập ({field})."
    en = "The password is too weak: {least} letters at least, without the user name ({field})."


@dataclass(frozen=True)
class Held:
    """A position: what an official is in an agency, for a time."""

    agency: UUID
    title: str
    since: date
    until: date | None
    signs: bool


@dataclass(frozen=True)
class Said:
    """What an administrator says of an official."""

    full_name: str
    email: str
    roles: tuple[str, ...]
    positions: tuple[Held, ...]
    phone: str = ""

    def checked(self) -> "Said":
        """The same in order, or what is wrong with it."""
        email = self.email.strip()
        if email and (len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email)):
            raise InvalidField(field="official.email")
        phone = "".join(letter for letter in self.phone if letter not in " .-()")
        if phone and not PHONE.fullmatch(phone):
            raise InvalidField(field="official.phone")
        check_positions(self.positions)
        return Said(full_name(self.full_name), email, roles(self.roles), self.positions, phone)


def user_name(text: str) -> str:
    if not USER_NAME.fullmatch(text):
        raise InvalidField(field="official.user_name")
    return text


def full_name(text: str) -> str:
    plain = line(text, "official.full_name", 200)
    if letter := next((one for one in plain if one in NOT_IN_NAMES), ""):
        raise LetterNotInNames(field="official.full_name", letter=letter)
    return plain


def roles(names: Sequence[str]) -> tuple[str, ...]:
    for n, name in enumerate(names):
        if name not in set(Role):
            raise UnknownRole(field=f"official.roles[{n}]", role=name)
    return tuple(sorted(set(names)))


def check_positions(positions: Sequence[Held]) -> None:
    if not positions:
        raise MissingField(field="official.positions")
    if len(positions) > MOST_POSITIONS:
        raise InvalidField(field="official.positions")
    for n, one in enumerate(positions):
        if not TITLE.fullmatch(one.title):
            raise InvalidField(field=f"official.positions[{n}].title")
        if one.until is not None and one.until <= one.since:
            raise DatesOutOfOrder(field=f"official.positions[{n}].valid_to")
        for before in positions[:n]:
            same = (before.agency, before.title) == (one.agency, one.title)
            if same and overlap(before.since, before.until, one.since, one.until):
                raise DatesOutOfOrder(field=f"official.positions[{n}].valid_from")


def check_password(password: str, user_name: str, least: int) -> None:
    """Long, and not what everybody would try first (NIST SP 800-63B, 5.1.1)."""
    long = least <= len(password) <= LONGEST_PASSWORD
    plain = password.casefold()
    named = len(user_name) > SHORT_NAME and user_name in plain
    if not long or named or len(set(plain)) < 5:
        raise WeakPassword(field="initial_password", least=least)


def open_in(positions: Collection[Held], day: date) -> set[UUID]:
    """The agencies where positions have not ended: held or planned."""
    return {one.agency for one in positions if one.until is None or one.until > day}


def claims(positions: Collection[Held], day: date) -> list[str]:
    """The positions of that day as a token says them: `<agency>|<title>`."""
    return sorted(
        {f"{one.agency}|{one.title}" for one in positions if holds(day, one.since, one.until)}
    )


def turns_on(positions: Collection[Held], day: date) -> date | None:
    """The next day on which a position begins or ends."""
    return next_turn(day, *(one.since for one in positions), *(one.until for one in positions))
