"""Which of the formats that we write a client takes (RFC 9110, 12.5.1)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

ALIASES: Final = {"csv": "text/csv", "json": "application/json", "xml": "application/xml"}


class Format(NamedTuple):
    """A message of SDMX: `data` or `structure`, in which format, and which version of that."""

    message: str
    kind: str
    version: str

    @property
    def media(self) -> str:
        return f"application/vnd.sdmx.{self.message}+{self.kind}"

    def __str__(self) -> str:
        return f"{self.media}; version={self.version}"

    def is_in(self, media: str, said: Mapping[str, str]) -> bool:
        """Whether it is one of what is written so; a version may be cut short."""
        if media != self.media:
            return media in {"*/*", "application/*", ALIASES[self.kind]}
        return self.version.startswith(said.get("version", ""))


def taken(accept: str, offered: Sequence[Format]) -> Format | None:
    """What the client likes best; of equals what it names first, and what we offer first."""
    liked = [_liked(one) for one in accept.split(",") if one.strip()] or [_liked("*/*")]
    for media, said, quality in sorted(liked, key=lambda one: -one[2]):
        if found := next((one for one in offered if one.is_in(media, said)), None):
            return found if quality > 0 else None
    return None


def _liked(text: str) -> tuple[str, Mapping[str, str], Decimal]:
    media, *parameters = (part.strip().casefold() for part in text.split(";"))
    pairs = (one.partition("=") for one in parameters)
    said = {name.strip(): value.strip(' "') for name, _, value in pairs}
    try:
        return media, said, Decimal(said.get("q", "1"))
    except InvalidOperation:
        return media, said, Decimal(1)
