"""Encryption at rest of secrets and tokens.

The key lies outside the database, so that a dump alone reveals nothing. It is
looked for in the environment variable ``PONTO_ENCRYPTION_KEY``, in the option
``ponto_encryption_key`` of odoo.conf, and in one file beside (not in) the
filestore. The file is made at the first secret, and never where the database
holds encrypted values already: a new key could not read them. Any of the three
may hold several keys, comma separated: all read, the first one writes.

Stored form: ``v3:<key id>:<Fernet token>``; the key id tells which key is missing
without revealing it. The token holds the secret, for which database it was stored
(:class:`Identity`), so that a copy of the database can be told, and for which place
in it (:class:`Place`), so that whoever has SQL alone moves it nowhere. Values of
``v2`` know the database only, those of ``v1`` not even that: they are used nowhere,
and the update to 19.0.5.0.0 bound what there was (:func:`bound`).

Nothing here is kept in memory: what a module's variable holds, a format string in a
template reaches.
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

VERSION = "v3"
# Of older versions: without a place, and without a database.
WITHOUT_PLACE = "v2"
WITHOUT_IDENTITY = "v1"
ENVIRONMENT_VARIABLE = "PONTO_ENCRYPTION_KEY"
CONFIG_OPTION = "ponto_encryption_key"
KEY_FILE = "account_ponto_sync.key"


class KeyMissing(Exception):
    """No key on this host, or not the one the value was encrypted with."""


class KeyNotWritten(Exception):
    """The first key could not be kept: disk full, no right, read-only."""


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


@dataclasses.dataclass(frozen=True)
class Place:
    """Where in the database a secret is stored, and whom it may be sent to."""

    model: str
    id: int
    field: str
    host: str
    """Scheme, host and port of the API."""


class Opened(NamedTuple):
    """A stored value in clear."""

    plain: str
    identity: Identity | None
    """None for values of the first version."""
    place: Place | None
    """None for values of the first two versions."""


def key_file() -> Path:
    """Where the key file lies when neither environment nor odoo.conf has a key."""
    return Path(config["data_dir"]) / KEY_FILE


def key_place() -> str:
    """Where this host's key is looked for: ``environment``, ``config`` or ``file``."""
    if os.environ.get(ENVIRONMENT_VARIABLE):
        return "environment"
    return "config" if config.get(CONFIG_OPTION) else "file"


def encrypt(
    plain: str, identity: Identity, place: Place, *, may_create_key: bool
) -> str:
    """Encrypt a secret for storage.

    :param plain: the secret
    :param identity: of the database that stores it
    :param place: where it is stored, and for which host
    :param may_create_key: True only while the database holds no encrypted value
    :raise KeyMissing: when there is no key and none may be made
    :raise KeyNotWritten: when the first key cannot be kept
    """
    keys = read_keys()
    if not keys:
        if not may_create_key:
            raise KeyMissing
        keys = [_create_key()]
    payload = {
        "secret": plain,
        "database": dataclasses.asdict(identity),
        "place": dataclasses.asdict(place),
    }
    token = Fernet(keys[0]).encrypt(json.dumps(payload).encode())
    return _sealed(VERSION, keys[0], token)


def decrypt(stored: str) -> Opened:
    """The secret behind a stored value, and what it was stored for.

    :raise KeyMissing: when no key of this host fits
    """
    version, _key_id, token = _parts(stored)
    try:
        plain = _box().decrypt(token).decode()
        if version == WITHOUT_IDENTITY:
            return Opened(plain, None, None)
        kept = json.loads(plain)
        if version == WITHOUT_PLACE:
            return Opened(kept.pop("secret"), Identity(**kept), None)
        identity, place = Identity(**kept["database"]), Place(**kept["place"])
        return Opened(kept["secret"], identity, place)
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise KeyMissing from None


def bound(stored: str, identity: Identity, place: Place) -> str:
    """A value of an older version for the place where it stands; whose it was stays.

    For the update, and for whoever has the server: no method of a record leads here.

    :param identity: of this database, for values that know none
    :return: the very same text where it knows a place already
    :raise KeyMissing: when no key of this host fits
    """
    opened = decrypt(stored)
    if opened.place:
        return stored
    return encrypt(
        opened.plain, opened.identity or identity, place, may_create_key=False
    )


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
    if version not in (VERSION, WITHOUT_PLACE, WITHOUT_IDENTITY):
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
    key = Fernet.generate_key()
    return key if write_once(key_file(), key) else read_keys()[0]


def write_once(path: Path, content: bytes) -> bool:
    """Write a file that nobody has written, readable by this system user only.

    :return: False where it is there already, and stays as it is
    :raise KeyNotWritten: with the reason of the operating system
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside (0600) and linked into place: a reader never sees half of it.
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
    except OSError as error:
        raise KeyNotWritten(error.strerror or type(error).__name__) from None
    return True
