"""Which of the formats that we write a client takes (RFC 9110, 12.5.1)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final, NamedTuple

from mimeparse import MimeTypeParseException, parse_media_range, quality_parsed

ALIASES: Final = {"csv": "text/csv", "json": "application/json", "xml": "application/xml"}
Range = tuple[str, str, Mapping[str, str]]


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

    def quality(self, ranges: Sequence[Range]) -> Decimal:
        """How much it is liked. It has two names, and its version may be cut short."""
        alias = tuple(ALIASES[self.kind].split("/"))
        own = tuple(self.media.split("/"))
        fitting = [
            (*(own if (type, subtype) == alias else (type, subtype)), said)
            for type, subtype, said in ranges
            if self.version.startswith(said.get("version", ""))
        ]
        return Decimal(str(quality_parsed(self.media, fitting)))


def taken(accept: str, offered: Sequence[Format]) -> Format | None:
    """What the client likes best, and of equals what we offer first."""
    ranges = list(_ranges(accept or "*/*"))
    best = max(offered, key=lambda one: one.quality(ranges))
    return best if best.quality(ranges) > 0 else None


def _ranges(accept: str) -> Iterator[Range]:
    """What nobody can read is liked by nobody."""
    for text in accept.lower().split(","):
        with suppress(MimeTypeParseException):
            yield parse_media_range(text)
