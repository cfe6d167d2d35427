"""Jobs for worker processes. They stand apart, so that a worker loads no more than they need."""

import os
import signal
import sys

from saola.kit.errors import InvalidField


def double(number: int) -> int:
    print("what a library prints goes elsewhere")  # noqa: T201
    return number * 2


def refuse(field: str) -> None:
    raise InvalidField(field=field)


def fail() -> None:
    raise KeyError("nobody foresaw it")


def spin() -> None:
    while True:
        pass


def swell() -> int:
    return len(bytearray(2 << 30))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def unsendable() -> object:
    return lambda: None


def process() -> int:
    return os.getpid()


def loaded() -> list[str]:
    return list(sys.modules)
