"""One real name server for all records of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.mail.sender.shapes import DKIM, DMARC
from tests.checks.mail.sender.zones import ZONES
from tests.servers.dns import nsd, zone


@pytest.fixture(scope="session")
def real_dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an NSD that serves every record of ``shapes`` and ``zones``."""
    records: dict[str, list[str | bytes]] = {name: list(each) for name, each in ZONES.items()}
    for name, shape in DMARC.items():
        records |= {f"dmarc-{name}.org": ["MX 10 mx.provider.org."], f"_dmarc.dmarc-{name}.org": list(shape.records)}
    for name, key in DKIM.items():
        records |= {
            f"dkim-{name}.org": ["MX 10 mx.provider.org."],
            f"selector1._domainkey.dkim-{name}.org": list(key.records),
        }
    with nsd(zone(records), tmp_path_factory.mktemp("nsd")) as port:
        yield port
