"""The files of `verify` and `cert`."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any, cast

from ..data.guards import is_tuple
from ..errors import ConfigurationError

_CERT = "a path, (certificate, key) or (certificate, key, password)"


def checked_verify(verify: object) -> bool | ssl.SSLContext:
    """Return the context for the authorities of a file or folder; booleans and contexts as given.

    Raises:
        ConfigurationError: There is no such file, or it has no certificates.
        TypeError: It is neither a path, a bool nor a context.
    """
    if isinstance(verify, bool | ssl.SSLContext):
        return verify
    path = _path("verify", verify, "True, False, a path or an ssl.SSLContext")
    folder = Path(path).is_dir()
    try:
        return ssl.create_default_context(
            cafile=None if folder else path, capath=path if folder else None
        )
    except ssl.SSLError:
        raise ConfigurationError(f"verify: {path!r} has no certificates in PEM") from None
    except OSError as error:
        raise ConfigurationError(f"verify: {path!r} cannot be read ({error.strerror})") from None


def checked_cert(cert: object) -> tuple[str, ...] | None:
    """Return the arguments of `load_cert_chain` for a client certificate, which it can load.

    Raises:
        ConfigurationError: A file is missing, or is no certificate or no key in PEM.
        TypeError: It is neither a path nor a tuple.
    """
    if cert is None:
        return None
    parts: tuple[Any, ...] = cert if is_tuple(cert) else (cert,)
    if not 0 < len(parts) < 4 or not all(isinstance(part, str) for part in parts[2:]):
        raise TypeError(f"cert: expected {_CERT}")
    paths = tuple(_path("cert", part, _CERT) for part in parts[:2])
    # Without a password, OpenSSL would ask for one on the terminal.
    password = parts[2] if len(parts) == 3 else str
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(paths[0], paths[-1], password)
    except ssl.SSLError:
        names = " and ".join(map(repr, paths))
        raise ConfigurationError(
            f"cert: {names} must be a certificate in PEM and its key, with its password"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"cert: cannot be read ({error.strerror})") from None
    return (*paths, *parts[2:])


def _path(option: str, value: object, expected: str) -> str:
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{option}: expected {expected}, got {type(value).__name__}")
    path = os.fspath(cast("str | os.PathLike[str]", value))
    if not path or not Path(path).exists():
        raise ConfigurationError(f"{option}: {path!r} does not exist; give {expected}")
    return path
