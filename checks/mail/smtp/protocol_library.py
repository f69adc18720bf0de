"""aiosmtplib's protocol without its client, which imports Python's ``email`` package: a third of the check's time.

The module of the package itself is left out while the protocol is loaded. A later import of the package gets all of it, with these
same modules in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosmtplib.errors import SMTPServerDisconnected
    from aiosmtplib.protocol import SMTPProtocol
    from aiosmtplib.response import SMTPResponse
else:
    import sys
    from importlib.util import find_spec, module_from_spec

    _NAME = "aiosmtplib"
    _is_loaded = _NAME in sys.modules
    if not _is_loaded:
        sys.modules[_NAME] = module_from_spec(find_spec(_NAME))
    try:
        from aiosmtplib.errors import SMTPServerDisconnected
        from aiosmtplib.protocol import SMTPProtocol
        from aiosmtplib.response import SMTPResponse
    finally:
        if not _is_loaded:
            del sys.modules[_NAME]

__all__ = ["SMTPProtocol", "SMTPResponse", "SMTPServerDisconnected"]
