"""The S3 store: bytes under their SHA-256, verified when written and when read."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

from saola.kit.settings import Platform

R = TypeVar("R")
PART = 8 << 20  # bytes, of an upload in parts


class Damaged(Exception):
    """What the store gives is not what was put there."""


class StoreAway(ConnectionError):
    """The store does not answer."""


class Store:
    """A service's part of the site's bucket: what one lets go, another may still have.

    The client's calls block, so they go to a few threads of our own.
    """

    def __init__(self, platform: Platform, service: str) -> None:
        self._platform, self._service = platform, service
        self._threads = ThreadPoolExecutor(4, "objects")
        self._prepared = False

    async def put(self, path: Path, sha256: str) -> None:
        """Writes it once, and reads it again. One that is there already is only read."""
        await self._run(self._put, path, sha256)

    async def get(self, sha256: str, to: IO[bytes]) -> None:
        """Writes the object into `to`, or raises Damaged or KeyError."""
        if await self._run(self._copy, sha256, to) != sha256:
            raise Damaged(sha256)

    async def remove(self, sha256: str) -> None:
        """Nothing, if it is gone already."""
        await self._run(self._remove, sha256)

    async def there(self) -> None:
        """Returns if somebody listens there, or raises OSError."""
        parts = urlsplit(self._platform.objects)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _run(self, function: Callable[..., R], *args: Any) -> R:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        job = partial(function, *args)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        except HTTPError as error:
            raise StoreAway(type(error).__name__) from error

    def _prepare(self) -> None:
        """Makes the bucket, if there is none yet."""
        from minio.error import S3Error  # noqa: PLC0415

        client, bucket = self._client_now(), self._platform.bucket
        if not self._prepared and not client.bucket_exists(bucket):
            try:
                client.make_bucket(bucket)
            except S3Error as error:  # another was faster
                if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise
        self._prepared = True

    def _put(self, path: Path, sha256: str) -> None:
        self._prepare()
        client, bucket, key = self._client_now(), self._platform.bucket, self._key(sha256)
        if self._hash(sha256) == sha256:
            return
        client.fput_object(bucket, key, str(path), part_size=PART, num_parallel_uploads=1)
        if self._hash(sha256) != sha256:
            client.remove_object(bucket, key)
            raise Damaged(sha256)

    def _remove(self, sha256: str) -> None:
        self._client_now().remove_object(self._platform.bucket, self._key(sha256))

    def _hash(self, sha256: str) -> str:
        """The hash of what is stored there; empty if nothing is."""
        try:
            return self._copy(sha256, None)
        except KeyError:
            return ""

    def _copy(self, sha256: str, to: IO[bytes] | None) -> str:
        from minio.error import S3Error  # noqa: PLC0415

        digest = hashlib.sha256()
        try:
            answer = self._client_now().get_object(self._platform.bucket, self._key(sha256))
        except S3Error as error:
            if error.code in {"NoSuchKey", "NoSuchBucket"}:
                raise KeyError(sha256) from None
            raise
        try:
            for piece in answer.stream(1 << 20):
                digest.update(piece)
                if to:
                    to.write(piece)
        finally:
            answer.close()
            answer.release_conn()
        return digest.hexdigest()

    def _key(self, sha256: str) -> str:
        """In folders of 256, for stores that keep folders."""
        return f"{self._service}/files/{sha256[:2]}/{sha256}"

    def _client_now(self) -> Any:
        """With the keys of now. (minio is large, and imported when a file first moves.)"""
        access = self._platform.secret("objects-access-key")
        return _client(self._platform.objects, access, self._platform.secret("objects-secret-key"))


@cache
def _client(url: str, access: str, secret: str) -> Any:
    import urllib3  # noqa: PLC0415
    from minio import Minio  # noqa: PLC0415

    parts = urlsplit(url)
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=3, read=30),
        maxsize=8,
        retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )
    return Minio(
        parts.netloc,
        access,
        secret,
        secure=parts.scheme == "https",
        region="us-east-1",
        http_client=pool,
    )
