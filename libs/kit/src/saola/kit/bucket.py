"""The bucket of the site, by blocking calls. Its client is large: objects.py imports it late."""

import hashlib
from functools import cache
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

PART = 8 << 20  # bytes, of an upload in parts
MADE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
GONE = {"NoSuchKey", "NoSuchBucket"}


class Damaged(Exception):
    """What the store gives is not what was put there."""


class StoreAway(ConnectionError):
    """The store does not answer."""


class Bucket:
    """One bucket, with the keys of now; StoreAway if nobody answers."""

    def __init__(self, url: str, name: str, access: str, secret: str) -> None:
        self._client, self._name = _client(url, access, secret), name

    def put(self, key: str, path: Path, sha256: str) -> None:
        """Writes it once, and reads it again. One that is there already is only read."""
        try:
            self._make()
            if self._hash(key) == sha256:
                return
            self._client.fput_object(
                self._name, key, str(path), part_size=PART, num_parallel_uploads=1
            )
            if self._hash(key) != sha256:
                self._client.remove_object(self._name, key)
                raise Damaged(sha256)
        except HTTPError as error:
            raise StoreAway(type(error).__name__) from error

    def get(self, key: str, to: IO[bytes], sha256: str) -> None:
        """Writes the object into `to`; KeyError if there is none."""
        if self.copy(key, to) != sha256:
            raise Damaged(sha256)

    def copy(self, key: str, to: IO[bytes] | None) -> str:
        """Writes the object into `to` and gives its SHA-256; KeyError if there is none."""
        try:
            return self._copy(key, to)
        except HTTPError as error:
            raise StoreAway(type(error).__name__) from error
        except S3Error as error:
            if error.code in GONE:
                raise KeyError(key) from None
            raise

    def remove(self, key: str) -> None:
        """Nothing, if it is gone already."""
        try:
            self._client.remove_object(self._name, key)
        except HTTPError as error:
            raise StoreAway(type(error).__name__) from error

    def _make(self) -> None:
        """Makes the bucket, if there is none yet."""
        if not self._client.bucket_exists(self._name):
            try:
                self._client.make_bucket(self._name)
            except S3Error as error:  # another was faster
                if error.code not in MADE:
                    raise

    def _hash(self, key: str) -> str:
        """The hash of what is stored there; empty if nothing is."""
        try:
            return self.copy(key, None)
        except KeyError:
            return ""

    def _copy(self, key: str, to: IO[bytes] | None) -> str:
        digest = hashlib.sha256()
        answer = self._client.get_object(self._name, key)
        try:
            for piece in answer.stream(1 << 20):
                digest.update(piece)
                if to:
                    to.write(piece)
        finally:
            answer.close()
            answer.release_conn()
        return digest.hexdigest()


@cache
def _client(url: str, access: str, secret: str) -> Minio:
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
