"""The rules of records."""

from typing import Final

from saola.kit.errors import Code, DomainError

LONGEST_TITLE: Final = 300


class TitleTooLong(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Tiêu đề dài quá {most} ký tự."
    en = "The title has more than {most} letters."


def title(said: str) -> str:
    """The title as it is kept, or TitleTooLong."""
    kept = " ".join(said.split())
    if len(kept) > LONGEST_TITLE:
        raise TitleTooLong(most=LONGEST_TITLE)
    return kept
