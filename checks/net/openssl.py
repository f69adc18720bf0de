"""The meaning of OpenSSL's reasons and error numbers, for every check of a handshake or a certificate."""

from __future__ import annotations

from typing import Final

NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
)
"""Reasons for which a handshake fails where the other side speaks something else than TLS."""
OLD_VERSION: Final = frozenset(
    {"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW"}
)
"""Where it knows no TLS 1.2 or later."""
UNNAMED: Final = frozenset({"TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_UNRECOGNIZED_NAME", "TLSV1_ALERT_INTERNAL_ERROR"})
"""Where it has no certificate for the name, as Caddy and others answer then."""
WANTS_CERTIFICATE: Final = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED"})
"""Where it wants one of its client."""

NOT_YET: Final = 9
EXPIRED: Final = 10
SELF_SIGNED: Final = 18
UNTRUSTED: Final = frozenset({2, 19, 20, 21, 24, 27})
WEAK: Final = frozenset({66, 67, 68})
OTHER_NAME: Final = frozenset({62, 64})
"""X509_V_ERR_* numbers (x509_vfy.h)."""
