"""Encryption at rest of secrets and tokens.

The key lies outside the database, so that a dump alone reveals nothing. It is
looked for in the environment variable ``PONTO_ENCRYPTION_KEY``, in the option
``ponto_encryption_key`` of odoo.conf, and in one file beside (not in) the
filestore. The file is made at the first secret, and never where the database
holds encrypted values already: a new key could not read them.

Stored form: ``v1:<key id>:<Fernet token>``; the key id tells which key is missing
without revealing it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import config

VERSION = "v1"
ENVIRONMENT_VARIABLE = "PONTO_ENCRYPTION_KEY"
CONFIG_OPTION = "ponto_encryption_key"
KEY_FILE = "account_ponto_sync.key"


class KeyMissing(Exception):
    """No key on this host, or not the one the value was encrypted with."""


def key_file() -> Path:
    """Where the key file lies when neither environment nor odoo.conf has a key."""
    return Path(config["data_dir"]) / KEY_FILE


def encrypt(plain: str, *, may_create_key: bool) -> str:
    """Encrypt a secret for storage.

    :param plain: the secret
    :param may_create_key: True only while the database holds no encrypted value
    :raise KeyMissing: when there is no key and none may be made
    """
    keys = _keys()
    if not keys:
        if not may_create_key:
            raise KeyMissing
        keys = [_create_key()]
    token = Fernet(keys[0]).encrypt(plain.encode()).decode()
    return f"{VERSION}:{key_id(keys[0])}:{token}"


def decrypt(stored: str) -> str:
    """The secret behind a stored value.

    :raise KeyMissing: when no key of this host fits
    """
    keys = _keys()
    if not keys or not stored.startswith(f"{VERSION}:"):
        raise KeyMissing
    try:
        box = MultiFernet([Fernet(key) for key in keys])
        return box.decrypt(stored.split(":", 2)[2].encode()).decode()
    except (InvalidToken, ValueError, IndexError):
        raise KeyMissing from None


def key_id(key: bytes) -> str:
    """Eight characters that name a key without revealing it."""
    return hashlib.sha256(b"account_ponto_sync:" + key).hexdigest()[:8]


def _keys() -> list[bytes]:
    """All keys of this host, the one to encrypt with first (comma separated)."""
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
            return _keys()[0]
        except OSError:
            # A file system without hard links.
            raise KeyMissing from None
    finally:
        draft.unlink()
    return key
