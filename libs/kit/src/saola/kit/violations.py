"""What the database refuses, in the words of the kit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from saola.kit.errors import (
    AlreadyExists,
    DeadlineExceeded,
    DomainError,
    MalformedRequest,
    PermissionDenied,
    StaleWrite,
)


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses, in the words of the kit."""
    try:
        yield
    except StaleDataError as error:
        raise StaleWrite from error
    except (DBAPIError, asyncpg.PostgresError) as error:
        if refusal := _refusal(getattr(error, "orig", error)):
            raise refusal from error
        raise


def _refusal(error: Any) -> DomainError | None:  # asyncpg's, or SQLAlchemy's copy of it
    match getattr(error, "sqlstate", None):
        case "42501":  # not a row of the caller's agencies
            return PermissionDenied()
        case "57014":  # longer than the statement may take
            return DeadlineExceeded()
        case "22021":  # a NUL in a text
            return MalformedRequest()
        case "23505":
            return _double(getattr(error, "__cause__", None) or error)
    return None


def _double(error: Any) -> DomainError:  # asyncpg's UniqueViolationError
    """Another has that value. Where rows are secured, PostgreSQL does not say which it is."""
    constraint = str(getattr(error, "constraint_name", "") or "")
    table = str(getattr(error, "table_name", "") or "")
    field = constraint.removeprefix("uq_").removeprefix("pk_").removeprefix(f"{table}_")
    _, _, value = str(getattr(error, "detail", "") or "").partition(")=(")
    return AlreadyExists(field=field, value=value.rpartition(")")[0] or "…")
