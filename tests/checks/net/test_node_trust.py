"""Which TLS contexts connections share."""

from __future__ import annotations

from checks.net.node_trust import Trust


def test_names_are_compared_for_https_and_imap_without_changing_the_context_of_smtp() -> None:
    trust = Trust()
    with_names = trust.context_with_names
    assert with_names.check_hostname
    assert not trust.context(verifies=True).check_hostname
    assert trust.context_with_names is with_names
