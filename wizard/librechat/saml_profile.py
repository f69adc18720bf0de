"""The account that LibreChat creates from an assertion (api/strategies/samlStrategy.js, v0.8.8-rc1; node-saml 5.1.0, lib/saml.js)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wizard.librechat.ldap_settings import PROVIDER_CHECKED_SINCE
from wizard.librechat.saml_settings import NAME_ID_RULES_SINCE, TRANSIENT, SamlSettings
from wizard.librechat.saml_xml import Element, children, local_name, text_of
from wizard.librechat.user_record import Attribute, UserRecord, by_identity, by_mail, is_allowed_domain, is_valid_mail

_MAIL_OID: Final = "urn:oid:0.9.2342.19200300.100.1.3"
_NESTED: Final = "[object Object]"


class SamlAccountFault(StrEnum):
    """Why an accepted assertion does not sign anybody in."""

    DOMAIN = "domain"
    """``registration.allowedDomains`` does not hold the address's domain: sent to /oauth/error."""
    OTHER_PROVIDER = "other-provider"
    """An account of another provider has the address: sent to /oauth/error."""
    NO_ACCOUNT = "no-account"
    """The admin panel lets in only who has an account."""
    NAME_ID = "name-id"
    """From v0.8.8-rc2 on: the NameID is missing, blank, transient, or not the one that the account has."""
    IDP_ISSUER = "idp-issuer"
    """From v0.8.8-rc2 on: SAML_IDP_ISSUER names another provider."""
    NO_MAIL = "no-mail"
    """No address: 400."""
    INVALID_MAIL = "invalid-mail"
    """The address is none to the database: 400."""
    MANY_VALUES = "many-values"
    """Address, user name or name has several values, and the database refuses the record: 400."""

    @property
    def refuses(self) -> bool:
        """Whether the browser is sent to /oauth/error; else the answer is an error page."""
        return self in _REFUSING


_REFUSING: Final = frozenset(
    {
        SamlAccountFault.DOMAIN,
        SamlAccountFault.OTHER_PROVIDER,
        SamlAccountFault.NO_ACCOUNT,
        SamlAccountFault.NAME_ID,
        SamlAccountFault.IDP_ISSUER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProfile:
    """What node-saml gives LibreChat of an assertion."""

    claims: Mapping[str, Attribute]
    """Properties by exact name: attributes, and ``nameID``, ``issuer`` and the like, which no attribute replaces."""
    name_id: str | None = None
    name_id_format: str = ""
    issuer: str = ""
    attribute_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAccount:
    """What LibreChat would store."""

    identity: str | None
    email: Attribute
    user_name: str
    name: Attribute
    fault: SamlAccountFault | None = None
    existing: UserRecord | None = None

    @property
    def is_second_one(self) -> bool:
        """Whether a further sign-in makes a second account: the address is new, and the NameID as well."""
        return self.existing is None


def profile_of(assertion: Element) -> SamlProfile:
    """Return the profile of a verified assertion (``processValidlySignedAssertionAsync``)."""
    claims: dict[str, Attribute] = {}
    issuer = next((text_of(each) for each in children(assertion, "Issuer")[:1]), None)
    if issuer:
        claims["issuer"] = issuer
    for statement in children(assertion, "AuthnStatement")[:1]:
        if statement.get("SessionIndex"):
            claims["sessionIndex"] = statement.get("SessionIndex")
    name_id, form = _name_id(assertion)
    if name_id:
        claims["nameID"] = name_id
        if form:
            claims |= {"nameIDFormat": form, "nameQualifier": None, "spNameQualifier": None}
    own = _attributes(assertion)
    for name, value in own:
        claims.setdefault(name, value)
    if not claims.get("mail") and claims.get(_MAIL_OID):
        claims["mail"] = claims[_MAIL_OID]
    if not claims.get("email") and claims.get("mail"):
        claims["email"] = claims["mail"]
    return SamlProfile(
        claims=claims,
        name_id=name_id,
        name_id_format=form,
        issuer=issuer or "",
        attribute_names=tuple(name for name, _ in own),
    )


def _attributes(assertion: Element) -> list[tuple[str, Attribute]]:
    """Return the attributes that have a value element, in their order."""
    found: list[tuple[str, Attribute]] = []
    for statement in children(assertion, "AttributeStatement"):
        for attribute in children(statement, "Attribute"):
            values = tuple(map(_value, children(attribute, "AttributeValue")))
            several = tuple(value or "" for value in values)
            if values:
                found.append((attribute.get("Name", "undefined"), values[0] if len(values) == 1 else several))
    return found


def _name_id(assertion: Element) -> tuple[str | None, str]:
    for subject in children(assertion, "Subject")[:1]:
        for name_id in children(subject, "NameID")[:1]:
            return text_of(name_id), name_id.get("Format", "")
    return None, ""


def _value(element: Element) -> str | None:
    """Return an attribute's value; one that is made of elements becomes JavaScript's text for an object."""
    return _NESTED if any(local_name(child) for child in element) else text_of(element)


def account_of(
    profile: SamlProfile,
    settings: SamlSettings,
    records: Sequence[UserRecord] = (),
    allowed_domains: Sequence[str] = (),
    *,
    is_admin: bool = False,
) -> SamlAccount:
    """Return LibreChat's decision about a profile, given the existing accounts. ``is_admin``: for the admin panel."""
    email = _claim(profile, settings, "SAML_EMAIL_CLAIM", "email") or ""
    given = _claim(profile, settings, "SAML_GIVEN_NAME_CLAIM", "given_name")
    user_name = _claim(profile, settings, "SAML_USERNAME_CLAIM", "username") or given or email
    existing = by_identity(records, profile.name_id)
    if existing is None and isinstance(email, str):
        existing = by_mail(records, email)
    fault = _refusal(profile, settings, email, existing, allowed_domains) or (
        SamlAccountFault.NO_ACCOUNT if is_admin and existing is None else None
    )
    name = _full_name(profile, settings)
    return SamlAccount(
        identity=profile.name_id,
        email=email.lower() if isinstance(email, str) else email,
        user_name=("_".join(user_name) if isinstance(user_name, tuple) else user_name).lower(),
        name=name,
        fault=fault or _invalid(email, name, is_new=existing is None),
        existing=existing,
    )


def _refusal(
    profile: SamlProfile,
    settings: SamlSettings,
    email: Attribute,
    existing: UserRecord | None,
    allowed_domains: Sequence[str],
) -> SamlAccountFault | None:
    if settings.release < PROVIDER_CHECKED_SINCE:
        return None
    if settings.release >= NAME_ID_RULES_SINCE and (fault := _identity_fault(profile, settings, existing)):
        return fault
    if isinstance(email, tuple):
        # ``split`` is not a method of a list: an error, not a refusal.
        return SamlAccountFault.MANY_VALUES if allowed_domains else _of_other_provider(existing)
    if not is_allowed_domain(email or "", allowed_domains):
        return SamlAccountFault.DOMAIN
    return _of_other_provider(existing)


def _identity_fault(
    profile: SamlProfile, settings: SamlSettings, existing: UserRecord | None
) -> SamlAccountFault | None:
    """Return what the rules since v0.8.8-rc2 refuse."""
    if settings.idp_issuer and profile.issuer != settings.idp_issuer:
        return SamlAccountFault.IDP_ISSUER
    known = existing.identity if existing is not None and existing.provider == "saml" else None
    is_usable = bool(profile.name_id) and profile.name_id_format != TRANSIENT
    return None if is_usable and known in (None, profile.name_id) else SamlAccountFault.NAME_ID


def _of_other_provider(existing: UserRecord | None) -> SamlAccountFault | None:
    return SamlAccountFault.OTHER_PROVIDER if existing is not None and existing.provider != "saml" else None


def _invalid(email: Attribute, name: Attribute, *, is_new: bool) -> SamlAccountFault | None:
    """Return what the database refuses; of an account that is there the address is not written."""
    if isinstance(name, tuple) or (is_new and isinstance(email, tuple)):
        return SamlAccountFault.MANY_VALUES
    if not is_new or isinstance(email, tuple):
        return None
    if not email:
        return SamlAccountFault.NO_MAIL
    return None if is_valid_mail(email) else SamlAccountFault.INVALID_MAIL


def _claim(profile: SamlProfile, settings: SamlSettings, variable: str, default: str) -> Attribute:
    """Return a claim; one that is not there falls back to the default name (``getSamlClaim``)."""
    named = settings.variables.get(variable)
    found = profile.claims.get(named) if named else None
    return found if found is not None else profile.claims.get(default)


def _full_name(profile: SamlProfile, settings: SamlSettings) -> Attribute:
    """Return the display name (``getFullName``); SAML_NAME_CLAIM alone has no fallback."""
    named = settings.variables.get("SAML_NAME_CLAIM")
    if named:
        return profile.claims.get(named)
    given = _claim(profile, settings, "SAML_GIVEN_NAME_CLAIM", "given_name")
    family = _claim(profile, settings, "SAML_FAMILY_NAME_CLAIM", "family_name")
    if given and family:
        return " ".join(",".join(part) if isinstance(part, tuple) else part for part in (given, family))
    return (
        given
        or family
        or _claim(profile, settings, "SAML_USERNAME_CLAIM", "username")
        or _claim(profile, settings, "SAML_EMAIL_CLAIM", "email")
    )
