"""The rules of agencies: what they are called, when they are, and below whom."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from saola.directory.tree import Parent, circle, overlap
from saola.kit.errors import Code as Class
from saola.kit.errors import DomainError, InvalidField, MissingField, Word

LOCAL_SCHEME: Final = "local"
LONGEST_TITLE: Final = 300
LONGEST_SHORT: Final = 100
SCHEME: Final = re.compile(r"[a-z][a-z0-9_-]{0,19}")
CODE: Final = re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ._/-]{0,39}")


class Kind(Word):
    COMMITTEE = "committee", "ủy ban nhân dân"
    DEPARTMENT = "department", "sở, ban, ngành"
    DIVISION = "division", "phòng, chi cục, trung tâm"
    SERVICE_UNIT = "service_unit", "đơn vị sự nghiệp"
    CENTRAL_UNIT = "central_unit", "đơn vị ngành dọc"
    ENTERPRISE = "enterprise", "doanh nghiệp, tổ chức khác"


class CircularParent(DomainError):
    vi = "Đơn vị cấp trên lại nằm dưới chính đơn vị này."
    en = "The parent would be below the agency itself."


class SecondRoot(DomainError):
    vi = "Đã có đơn vị gốc; cần nêu đơn vị cấp trên ({field})."
    en = "There is a root already; a parent is needed ({field})."


class AgencyClosed(DomainError):
    vi = "Đơn vị đã kết thúc hoạt động từ ngày {valid_to}."
    en = "The agency ended on {valid_to}."


class DatesOutOfOrder(DomainError):
    code = Class.INVALID_ARGUMENT
    vi = "Ngày ở trường {field} không theo thứ tự thời gian."
    en = "The day in {field} is out of order."


class HasChildren(DomainError):
    vi = "Đơn vị còn {count} đơn vị trực thuộc."
    en = "The agency still has {count} agencies below it."


@dataclass(frozen=True)
class Code:
    """A code in one scheme, for a time."""

    scheme: str
    code: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Life:
    """From when to when an agency is."""

    since: date
    until: date | None = None


@dataclass(frozen=True)
class Said:
    """What a caller says of an agency."""

    title: str
    kind: Kind
    since: date
    code: str = ""
    short: str = ""
    area: UUID | None = None
    codes: Sequence[Code] = ()


def day(text: str, field: str, default: date | None = None) -> date:
    """A day as `2025-07-01`, or the default where nothing is sent."""
    if not text:
        if default is None:
            raise MissingField(field=field)
        return default
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidField(field=field) from error
    if found.isoformat() != text:  # `20250701` and `2025-W27-2` are ISO 8601 too
        raise InvalidField(field=field)
    return found


def line(text: str, field: str, longest: int = LONGEST_TITLE, *, needed: bool = True) -> str:
    """One line of text without blanks around it."""
    plain = " ".join(text.split())
    if needed and not plain:
        raise MissingField(field=field)
    if len(plain) > longest or not plain.isprintable():
        raise InvalidField(field=field)
    return plain


def code(text: str, field: str) -> str:
    if not text:
        raise MissingField(field=field)
    if not CODE.fullmatch(text):
        raise InvalidField(field=field)
    return text


def codes(local: Code, others: Sequence[Code]) -> list[Code]:
    """All codes of an agency: no scheme twice at a time, and none that ends before it begins."""
    found = [local]
    for n, one in enumerate(others):
        if not SCHEME.fullmatch(one.scheme) or one.scheme == LOCAL_SCHEME:
            raise InvalidField(field=f"agency.codes[{n}].scheme")
        code(one.code, f"agency.codes[{n}].code")
        if one.until is not None and one.until <= one.since:
            raise DatesOutOfOrder(field=f"agency.codes[{n}].valid_to")
        for before in found:
            if before.scheme == one.scheme and overlap(
                before.since, before.until, one.since, one.until
            ):
                raise DatesOutOfOrder(field=f"agency.codes[{n}].valid_from")
        found.append(one)
    return found


def check_parent(since: date, parent: Life, field: str) -> None:
    """A parent is there when its child begins, and nobody has planned its end."""
    if parent.until is not None:
        raise AgencyClosed(valid_to=parent.until.isoformat())
    if since < parent.since:
        raise DatesOutOfOrder(field=field)


def check_open(life: Life) -> None:
    if life.until is not None:
        raise AgencyClosed(valid_to=life.until.isoformat())


def moved(parents: Sequence[Parent], to: UUID, since: date, field: str) -> list[Parent]:
    """The parents after a move. One planned for the same day is replaced; history stays."""
    if not parents:
        return [Parent(to, since)]
    *before, last = parents
    if since < last.since:
        raise DatesOutOfOrder(field=field)
    if last.agency == to:
        return list(parents)
    if since == last.since:
        if not before:
            return [Parent(to, since)]
        return moved([*before[:-1], before[-1]._replace(until=None)], to, since, field)
    return [*before, last._replace(until=since), Parent(to, since)]


def check_circle(agency: UUID, parents: Mapping[UUID, Sequence[Parent]]) -> None:
    """`parents` has the agency as it is to be, and all whom it could reach on any day."""
    if circle(agency, parents) is not None:
        raise CircularParent(agency=f"agencies/{agency}")


def closed(life: Life, parents: Sequence[Parent], end: date, field: str) -> list[Parent]:
    """The parents of an agency that ends: the last one ends with it."""
    check_open(life)
    if end <= life.since or (parents and end <= parents[-1].since):
        raise DatesOutOfOrder(field=field)
    return [*parents[:-1], parents[-1]._replace(until=end)] if parents else []


def check_childless(children: Collection[UUID]) -> None:
    if children:
        raise HasChildren(count=len(children))
