"""Secrets: a folder with one file each, read when needed, so that they change without a restart."""

from dataclasses import dataclass
from pathlib import Path

from saola.kit.start import CannotStart


class NoSecret(CannotStart):
    """A sentence for whoever runs the site."""


@dataclass(frozen=True)
class Secrets:
    folder: Path

    def read(self, name: str) -> str:
        try:
            value = (self.folder / name).read_text(encoding="utf-8").strip()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise NoSecret(f"The secret {self.folder / name} cannot be read: {why}.") from None
        if not value:
            raise NoSecret(f"The secret {self.folder / name} is empty.")
        return value
