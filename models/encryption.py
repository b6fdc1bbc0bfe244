"""Encryption at rest of secrets and tokens.

The key lies outside the database, so that a dump alone reveals nothing. It is
looked for in the environment variable ``PONTO_ENCRYPTION_KEY``, in the option
``ponto_encryption_key`` of odoo.conf, and in one file beside (not in) the
filestore. The file is made at the first secret, and never where the database
holds encrypted values already: a new key could not read them. Any of the three
may hold several keys, comma separated: all read, the first one writes.

Stored form: ``v2:<key id>:<Fernet token>``; the key id tells which key is missing
without revealing it. The token holds the secret and for which database it was
stored (:class:`Identity`), so that a copy of the database can be told. Values of
``v1`` hold the secret alone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

VERSION = "v2"
WITHOUT_IDENTITY = "v1"
ENVIRONMENT_VARIABLE = "PONTO_ENCRYPTION_KEY"
CONFIG_OPTION = "ponto_encryption_key"
KEY_FILE = "account_ponto_sync.key"


class KeyMissing(Exception):
    """No key on this host, or not the one the value was encrypted with."""


@dataclasses.dataclass(frozen=True)
class Identity:
    """Which database a secret was stored for."""

    uuid: str
    name: str
    cluster: str | None
    """The PostgreSQL server's own number; None where it does not tell."""

    def is_same(self, other: Identity) -> bool:
        """Whether both are one database; what only one of them knows is no difference."""
        same_cluster = None in (self.cluster, other.cluster) or (
            self.cluster == other.cluster
        )
        return (self.uuid, self.name) == (other.uuid, other.name) and same_cluster


class Opened(NamedTuple):
    """A stored value in clear."""

    plain: str
    identity: Identity | None
    """None for values of the first version."""


def key_file() -> Path:
    """Where the key file lies when neither environment nor odoo.conf has a key."""
    return Path(config["data_dir"]) / KEY_FILE


def key_place() -> str:
    """Where this host's key is looked for: ``environment``, ``config`` or ``file``."""
    if os.environ.get(ENVIRONMENT_VARIABLE):
        return "environment"
    return "config" if config.get(CONFIG_OPTION) else "file"


def encrypt(plain: str, identity: Identity, *, may_create_key: bool) -> str:
    """Encrypt a secret for storage.

    :param plain: the secret
    :param identity: of the database that stores it
    :param may_create_key: True only while the database holds no encrypted value
    :raise KeyMissing: when there is no key and none may be made
    """
    keys = read_keys()
    if not keys:
        if not may_create_key:
            raise KeyMissing
        keys = [_create_key()]
    payload = json.dumps({"secret": plain, **dataclasses.asdict(identity)})
    return _sealed(VERSION, keys[0], Fernet(keys[0]).encrypt(payload.encode()))


def decrypt(stored: str) -> Opened:
    """The secret behind a stored value, and which database it was stored for.

    :raise KeyMissing: when no key of this host fits
    """
    version, _key_id, token = _parts(stored)
    try:
        plain = _box().decrypt(token).decode()
        if version == WITHOUT_IDENTITY:
            return Opened(plain, None)
        kept = json.loads(plain)
        return Opened(kept.pop("secret"), Identity(**kept))
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise KeyMissing from None


def rotate(stored: str) -> str:
    """The same value under the first key; the very same text if it is already.

    :raise KeyMissing: when no key of this host fits
    """
    version, used, token = _parts(stored)
    keys = read_keys()
    if not keys:
        raise KeyMissing
    if used == key_id(keys[0]):
        # Says so; whether it is true shows in reading it.
        decrypt(stored)
        return stored
    try:
        return _sealed(version, keys[0], _box().rotate(token))
    except (InvalidToken, ValueError):
        raise KeyMissing from None


def key_id(key: bytes) -> str:
    """Eight characters that name a key without revealing it."""
    return hashlib.sha256(b"account_ponto_sync:" + key).hexdigest()[:8]


def _sealed(version: str, key: bytes, token: bytes) -> str:
    return f"{version}:{key_id(key)}:{token.decode()}"


def _parts(stored: str) -> tuple[str, str, bytes]:
    version, _, rest = stored.partition(":")
    used, _, token = rest.partition(":")
    if version not in (VERSION, WITHOUT_IDENTITY):
        raise KeyMissing
    return version, used, token.encode()


def _box() -> MultiFernet:
    keys = read_keys()
    if not keys:
        raise KeyMissing
    return MultiFernet([Fernet(key) for key in keys])


def read_keys() -> list[bytes]:
    """All keys of this host, the one to encrypt with first; none where there is none.

    :raise KeyMissing: when what stands in their place is no key
    """
    text = os.environ.get(ENVIRONMENT_VARIABLE) or config.get(CONFIG_OPTION) or ""
    if not text:
        try:
            text = key_file().read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError):
            raise KeyMissing from None
        if not text.strip():
            raise KeyMissing
    keys = [part.strip().encode() for part in text.split(",") if part.strip()]
    if not keys:
        raise KeyMissing
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise KeyMissing from None
    return keys


def _create_key() -> bytes:
    """Write a new key file, readable by this system user only.

    Exclusive creation: of two processes that come here at once, the second one
    reads the first one's key.
    """
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Fernet.generate_key()
    # Written aside (0600) and linked into place: a reader never sees half a key.
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return read_keys()[0]
        except OSError:
            # A file system without hard links.
            raise KeyMissing from None
    finally:
        draft.unlink()
    return key
