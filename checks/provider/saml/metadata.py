"""Compares the provider's metadata, from an address or a file, with the settings. LibreChat itself never reads metadata."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from datetime import UTC
from typing import Final

from checks.net.errors import HttpError
from checks.provider.conversation import ProviderConversation, RequestLimitError
from checks.provider.saml.task import SamlTask
from wizard.basics.filesystem import with_home
from wizard.basics.finding import Finding
from wizard.basics.named_files import open_named
from wizard.basics.plain_text import plain
from wizard.findings import saml as ids
from wizard.librechat.saml_metadata import ProviderFault, SamlProvider, provider_faults, providers_of
from wizard.librechat.saml_request import REDIRECT_BINDING
from wizard.librechat.saml_settings import NAME_ID_RULES_SINCE
from wizard.librechat.saml_xml import LARGEST, XmlFault

_SHOWN: Final = 160
_OK: Final = 200


class _UnreadError(Exception):
    """There are no metadata; the argument is what to say."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.summary)
        self.finding = finding


async def metadata_findings(task: SamlTask, conversation: ProviderConversation) -> list[Finding]:
    """Return what the metadata say against the settings, or that they cannot be read."""
    try:
        data = await _data(task, conversation)
        providers = await asyncio.to_thread(providers_of, data)
    except _UnreadError as error:
        return [error.finding]
    except XmlFault as fault:
        return [_unread(task, f"{fault}.")]
    return list(_judged(task, _chosen(task, providers)))


async def _data(task: SamlTask, conversation: ProviderConversation) -> bytes:
    if not task.metadata.lower().startswith(("http://", "https://")):
        return await asyncio.to_thread(_file, task)
    try:
        answer = await conversation.page(task.metadata)
    except (HttpError, TimeoutError, RequestLimitError) as error:
        reason = error.detail if isinstance(error, HttpError) else "no response in time"
        raise _UnreadError(_unread(task, f"{reason}.")) from None
    if answer.cut:
        raise _UnreadError(ids.METADATA_LARGE.unknown(evidence=(task.metadata,)))
    if answer.status != _OK:
        target = answer.header("location")
        onward = f" (redirect to {plain(target, limit=_SHOWN)}, not followed)" if target else ""
        raise _UnreadError(_unread(task, f"the response is HTTP {answer.status}{onward}."))
    return answer.body


def _file(task: SamlTask) -> bytes:
    try:
        path = with_home(task.metadata)
        # A pipe would be waited for.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _UnreadError(ids.METADATA_LARGE.unknown("The metadata path is not a regular file."))
        with open_named(path) as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a path"
        raise _UnreadError(_unread(task, f"{why}.")) from None
    if len(data) > LARGEST:
        raise _UnreadError(ids.METADATA_LARGE.unknown(evidence=(task.metadata,)))
    return data


def _unread(task: SamlTask, why: str) -> Finding:
    summary = f"The provider's metadata cannot be read: {plain(why, limit=_SHOWN)}"
    return ids.METADATA_UNREAD.unknown(summary, evidence=(task.metadata,))


def _chosen(task: SamlTask, providers: tuple[SamlProvider, ...]) -> SamlProvider:
    """Return the provider that is meant: by its entity ID, else the one that has the fewest faults."""
    named = [one for one in providers if one.entity_id and one.entity_id == task.settings.idp_issuer]
    return min(named or providers, key=lambda one: len(provider_faults(one, task.settings)))


def _judged(task: SamlTask, provider: SamlProvider) -> Iterator[Finding]:
    shown = plain(provider.entity_id, limit=_SHOWN)
    evidence = (f"entityID: {shown}",)
    faults = provider_faults(provider, task.settings)
    if ProviderFault.SIGNED_REQUESTS in faults:
        yield ids.SIGNED_REQUESTS.fail(evidence=evidence)
    if ProviderFault.NO_REDIRECT in faults:
        yield ids.NO_REDIRECT.fail(evidence=evidence)
    if ProviderFault.NOT_SSO in faults:
        locations = [plain(one, limit=_SHOWN) for one in provider.sign_on.get(REDIRECT_BINDING, ())]
        yield ids.NOT_SSO.warn(remedy=f"SAML_ENTRY_POINT={locations[0]}", evidence=(*evidence, *locations))
    if ProviderFault.CERTIFICATE in faults and not task.unseen:
        yield ids.OTHER_KEY.fail(evidence=evidence)
    issuer = task.settings.idp_issuer
    if task.release >= NAME_ID_RULES_SINCE and issuer and issuer != provider.entity_id:
        yield ids.WRONG_IDP_ISSUER.fail(remedy=f"SAML_IDP_ISSUER={shown}", evidence=evidence)
    until = provider.valid_until
    if until is not None and until < task.clock():
        yield ids.METADATA_OLD.warn(f"The metadata was valid only until {until.astimezone(UTC):%Y-%m-%d}.")
    if not faults:
        yield ids.METADATA_OK.passed(evidence=evidence)
