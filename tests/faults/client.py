"""A client that asks until it has an answer, while what it asks is killed."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

import grpc
import httpx

from saola.client.oidc import SignInError
from saola.client.site import Refusal

TRANSIENT = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
PAUSE = 0.3  # seconds before it asks again
T = TypeVar("T")


class Stopped(Exception):
    """Told to stop while there was no answer: whether it was done is not known."""


class Client:
    """Works in a thread of its own until it is told to stop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.repeats: Counter[str] = Counter()
        self._working: Future[None] = Future()

    def work(self) -> None:
        raise NotImplementedError

    def start(self, pool: Executor) -> None:
        self._working = pool.submit(self._work)

    def end(self) -> BaseException | None:
        """Why it ended before it was told to, if it did."""
        return self._working.exception()

    def _work(self) -> None:
        with suppress(Stopped):
            self.work()

    def ask(self, rpc: Callable[[Any], T], request: Any) -> T:
        """Until there is an answer. The request_id makes the repeats one."""
        while True:
            try:
                return rpc(request)
            except Refusal as refusal:
                if refusal.code not in TRANSIENT:
                    raise
                self._again(refusal.code.name)
            except (SignInError, OSError, httpx.HTTPError) as failure:
                self._again(type(failure).__name__)

    def _again(self, why: str) -> None:
        self.repeats[why] += 1
        if self.stop.wait(PAUSE):
            raise Stopped
