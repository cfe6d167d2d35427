"""What an edge remembers for a while: sealed values in NATS KV, which all replicas share."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import nats
import nats.errors
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nats.aio.client import Client
from nats.js.api import KeyValueConfig
from nats.js.errors import KeyNotFoundError, KeyValueError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

NONCE = 12
PATIENCE = 5.0  # seconds


class VaultSilent(Exception):
    """The broker does not answer now."""


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except KeyValueError:  # an answer
        raise
    except (nats.errors.Error, OSError) as error:  # a TimeoutError is an OSError
        raise VaultSilent from error


class Seal:
    """AES-256-GCM by a secret of any length. `about` binds a value to what it belongs to."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def close(self, value: bytes, about: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher().encrypt(nonce, value, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes | None:
        """Nothing, if it was sealed with another secret, about something else, or tampered with."""
        try:
            return self._cipher().decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        return AESGCM(hashlib.sha256(self._secret().encode()).digest())


@dataclass(frozen=True)
class Kept:
    value: bytes
    revision: int


class Vault:
    """One bucket. Keys are hashed: who reads the bucket learns neither names nor values."""

    def __init__(self, url: str, bucket: str, secret: Callable[[], str], life: timedelta) -> None:
        self._url, self._bucket, self._life = url, bucket, life
        self._seal = Seal(secret)
        self._client: Client | None = None
        self._store: KeyValue | None = None
        self._opening = asyncio.Lock()

    async def get(self, name: str) -> Kept | None:
        key = _key(name)
        try:
            async with _answering():
                entry = await (await self._open()).get(key)
        except KeyNotFoundError:
            return None
        value = self._seal.open(entry.value or b"", key)
        return None if value is None else Kept(value, entry.revision or 0)

    async def put(self, name: str, value: bytes) -> int:
        """Writes, whatever was there. Returns the revision."""
        key = _key(name)
        async with _answering():
            return await (await self._open()).put(key, self._seal.close(value, key))

    async def replace(self, name: str, value: bytes, revision: int) -> int | None:
        """Writes if what is there is still of that revision; else nothing, as another was first."""
        key = _key(name)
        sealed = self._seal.close(value, key)
        try:
            async with _answering():
                return await (await self._open()).update(key, sealed, revision)
        except KeyWrongLastSequenceError:
            return None

    async def drop(self, name: str) -> None:
        async with _answering():
            await (await self._open()).purge(_key(name))

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def _open(self) -> KeyValue:
        """The bucket, made when it is first asked for: an edge starts before its broker does."""
        async with self._opening:
            if self._store is None:
                self._client = await nats.connect(self._url, max_reconnect_attempts=-1)
                life = self._life.total_seconds()
                config = KeyValueConfig(bucket=self._bucket, ttl=life, history=1)
                self._store = await self._client.jetstream().create_key_value(config)
            return self._store


def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
