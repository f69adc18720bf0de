"""Filters, names, addresses, requests and canonical XML are what LibreChat's own libraries make of them (recorded)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from tests import records
from wizard.librechat.ldap_filter import (
    LdapComparison,
    LdapExtensible,
    LdapFilter,
    LdapFilterError,
    LdapGroup,
    LdapPresence,
    LdapSubstrings,
    parse_ldap_filter,
    with_user_name,
)
from wizard.librechat.ldap_name import LdapNameError, canonical_name
from wizard.librechat.ldap_url import LdapUrlError, parse_ldap_url
from wizard.librechat.releases import RECORDED
from wizard.librechat.saml_request import authn_request, request_url
from wizard.librechat.saml_settings import saml_settings
from wizard.librechat.saml_xml import canonical, instructions_as_text, is_written_alike, parse_xml


def tree(parsed: LdapFilter) -> list[Any]:
    match parsed:
        case LdapGroup():
            return [parsed.operator, *map(tree, parsed.parts)]
        case LdapComparison():
            return [parsed.operator, parsed.attribute, parsed.value]
        case LdapPresence():
            return ["?", parsed.attribute]
        case LdapSubstrings():
            return ["*", parsed.attribute, parsed.initial, list(parsed.middle), parsed.final]
        case LdapExtensible():
            return [":=", parsed.attribute, parsed.rule, parsed.value, parsed.with_dn]


def test_filters() -> None:
    for text, expected in records.sign_in_libraries()["filters"]:
        try:
            read = tree(parse_ldap_filter(text))
        except LdapFilterError:
            read = None
        assert read == expected, text


def test_a_filter_that_is_refused_says_where() -> None:
    refused = [text for text, expected in records.sign_in_libraries()["filters"] if expected is None]
    assert len(refused) > 20
    for text in refused:
        with pytest.raises(LdapFilterError) as caught:
            parse_ldap_filter(text)
        assert caught.value.reason
        assert 0 <= caught.value.position <= len(text) + 8


def test_names() -> None:
    for text, expected in records.sign_in_libraries()["names"]:
        try:
            read = canonical_name(text)
        except LdapNameError:
            read = None
        assert read == expected, text


def test_urls() -> None:
    for text, expected in records.sign_in_libraries()["urls"]:
        try:
            read = list(parse_ldap_url(text))
        except LdapUrlError:
            read = None
        assert read == expected, text


def test_typed_names_in_filters() -> None:
    for pattern, name, expected in records.sign_in_libraries()["user_names"]:
        assert with_user_name(pattern, name) == expected, (pattern, name)


def test_canonical_xml_with_prefix_lists_and_xml_attributes() -> None:
    compared = 0
    for case in records.sign_in_libraries()["canonical"]:
        element = next(one for one in parse_xml(case["xml"].encode()).iter() if one.get("ID") == "x")
        instructions_as_text(element)
        if not is_written_alike(element, case["algorithm"], case["prefixes"]):
            assert "lang" not in case["xml"] or "xmlns" in case["xml"]
            continue
        compared += 1
        assert canonical(element, case["algorithm"], case["prefixes"]).decode() == case["canonical"], case["xml"]
    assert compared > len(records.sign_in_libraries()["canonical"]) / 2


def test_requests_to_identity_providers() -> None:
    for case in records.sign_in_libraries()["requests"]:
        named = {"SAML_ENTRY_POINT": "entry_point", "SAML_ISSUER": "issuer", "SAML_CALLBACK_URL": "callback"}
        settings = saml_settings({name: case[key] for name, key in named.items()}, RECORDED)
        instant = datetime.fromisoformat(re.findall('IssueInstant="([^"]*)', case["xml"])[0])
        request = authn_request(settings, f"_{'0123456789' * 4}", instant)
        assert request == case["xml"]
        assert re.sub("SAMLRequest=[^&#]*", "SAMLRequest=*", request_url(settings, request)) == case["url"]
