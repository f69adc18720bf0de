"""What is filled in for a provider follows the address, and not what a person typed or took back."""

from __future__ import annotations

from pathlib import Path

from screens.demo.folder import make
from wizard.catalogue.questions import PROVIDERS, variable_id
from wizard.interview.interview import Interview


def test_saml_follows_the_address_whichever_is_answered_first(tmp_path: Path) -> None:
    make(tmp_path)
    interview = Interview(tmp_path)
    interview.answer(PROVIDERS, "saml")
    assert interview.draft.text("settings.SAML_CALLBACK_URL") is None, "the sample's localhost is nobody's address"
    interview.answer("access", "https-proxy")
    for text in ("h", "https://ch", "https://chat.example.com"):
        interview.answer("settings.DOMAIN_CLIENT", text)
    interview.complete("settings.DOMAIN_CLIENT")
    assert interview.draft.text("settings.SAML_CALLBACK_URL") == "https://chat.example.com/oauth/saml/callback"
    interview.answer("settings.DOMAIN_CLIENT", "https://ai.example.com")
    interview.complete("settings.DOMAIN_CLIENT")
    filled = [interview.draft.text(f"settings.SAML_{name}") for name in ("CALLBACK_URL", "ISSUER")]
    assert filled == ["https://ai.example.com/oauth/saml/callback", "https://ai.example.com"], (
        "so does the next address"
    )
    interview.answer("settings.SAML_ISSUER", "urn:chat")
    interview.answer("settings.DOMAIN_CLIENT", "https://chat.example.net")
    interview.complete("settings.DOMAIN_CLIENT")
    assert interview.draft.text("settings.SAML_ISSUER") == "urn:chat", "what a person has typed stays"
    interview.give("settings.SAML_CALLBACK_URL", None)
    interview.go("mail")
    assert interview.draft.text("settings.SAML_CALLBACK_URL") is None, "what was taken back stays so"


def test_saml_follows_back_to_an_earlier_address_and_after_an_interruption(tmp_path: Path) -> None:
    make(tmp_path)
    client, issuer, callback = map(variable_id, ("DOMAIN_CLIENT", "SAML_ISSUER", "SAML_CALLBACK_URL"))
    interview = Interview(tmp_path)
    interview.answer(PROVIDERS, "saml")
    interview.answer("access", "https-existing")
    for host in ("a", "b", "a"):
        interview.answer(client, f"https://{host}.librechat.test")
        interview.complete(client)
        assert interview.draft.text(issuer) == f"https://{host}.librechat.test"
    interview.go("saml")
    interview.answer(callback, "/own")
    interview.close()
    resumed = Interview(tmp_path)
    resumed.resume()
    resumed.answer(client, "https://c.librechat.test")
    resumed.go("mail")
    assert resumed.draft.text(issuer) == "https://c.librechat.test"
    assert resumed.draft.text(callback) == "/own"
    # What a person takes back stays so while the address is the same.
    resumed.give(issuer, None)
    resumed.go("saml")
    assert resumed.draft.text(issuer) is None
    resumed.close()
