"""A service's objects in S3: bytes under their SHA-256, verified when written and when read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from saola.kit.settings import Platform

if TYPE_CHECKING:
    from saola.kit.bucket import Bucket

R = TypeVar("R")
KINDS = ("access", "secret")


class Store:
    """A service's part of the site's bucket: what one lets go, another may still have.

    The client's calls block, so they go to a few threads of our own.
    """

    def __init__(self, platform: Platform, service: str) -> None:
        self._platform, self._service = platform, service
        self._threads = ThreadPoolExecutor(4, "objects")

    async def put(self, path: Path, sha256: str) -> None:
        """Writes it once, and reads it again. One that is there already is only read.

        Raises Damaged or StoreAway, like the others here.
        """
        await self._run(lambda bucket: bucket.put(self._key(sha256), path, sha256))

    async def get(self, sha256: str, to: IO[bytes]) -> None:
        """Writes the object into `to`; KeyError if there is none."""
        await self._run(lambda bucket: bucket.get(self._key(sha256), to, sha256))

    async def remove(self, sha256: str) -> None:
        """Nothing, if it is gone already."""
        await self._run(lambda bucket: bucket.remove(self._key(sha256)))

    async def there(self) -> None:
        """Returns if somebody listens there, or raises OSError."""
        parts = urlsplit(self._platform.objects)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _run(self, job: "Callable[[Bucket], R]") -> R:
        run = partial(self._in_thread, job)
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def _in_thread(self, job: "Callable[[Bucket], R]") -> R:
        from saola.kit.bucket import Bucket  # noqa: PLC0415  # 15 MB, for those who keep files

        access, secret = (self._platform.secret(f"objects-{kind}-key") for kind in KINDS)
        return job(Bucket(self._platform.objects, self._platform.bucket, access, secret))

    def _key(self, sha256: str) -> str:
        """In folders of 256, for stores that keep folders."""
        return f"{self._service}/files/{sha256[:2]}/{sha256}"
