"""Our errors for what ``requests`` and urllib3 raise."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError

from .errors import (
    ConfigurationError,
    ConnectionFailed,
    OutOfTime,
    PontoError,
    RequestTimeout,
    TlsError,
    TransportError,
)


def translated(error: Exception) -> PontoError:
    """Return our error for one of the libraries, without taking over its text."""
    if isinstance(error, requests.exceptions.SSLError):
        return TlsError("The certificate of the server is not acceptable.")
    if _is_timeout(error):
        return RequestTimeout("The server did not answer in time.")
    if isinstance(
        error,
        (
            requests.exceptions.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
            HTTPError,
            ConnectionError,
        ),
    ):
        return ConnectionFailed("The connection to the server failed.")
    if isinstance(error, requests.exceptions.InvalidURL):
        return ConfigurationError("The API address is not a URL.")
    if isinstance(error, (requests.RequestException, ValueError)):
        return TransportError("The request could not be sent.", retryable=False)
    return TlsError("The connection could not be set up (CA bundle?).")


def out_of_time() -> OutOfTime:
    """Return the error for a caller whose time is over."""
    return OutOfTime("Ponto did not answer in the time that there was.")


def _is_timeout(error: Exception) -> bool:
    """Whether it is a time-out; one while reading hides in a ConnectionError."""
    if isinstance(error, (requests.exceptions.Timeout, TimeoutError)):
        return True
    return any("Timeout" in type(arg).__name__ for arg in error.args)
