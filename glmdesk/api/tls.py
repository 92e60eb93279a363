"""Whom connections trust."""

import ssl
from collections.abc import Iterator

import truststore


def trusted_roots() -> ssl.SSLContext:
    """Return a TLS context with the operating system's roots. It reads files: call it in a thread."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def is_untrusted(error: BaseException) -> bool:
    """Whether a connection failed because the other side could not prove who it is."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes(error))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it, the last first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
