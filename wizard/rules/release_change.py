"""Rules: what an upgrade or downgrade of LibreChat means for a folder (``doctor --for-release``).

From what each release reads and refuses (:mod:`wizard.librechat`, the catalogue), and from the documentation of v0.8.8, of which nothing was
run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wizard import catalogue
from wizard.basics.finding import Finding
from wizard.basics.plain_text import in_lines
from wizard.deployment.model import Deployment
from wizard.findings import release as ids
from wizard.librechat.config_file import SECURE_IMAGES_BY_DEFAULT_SINCE, effect_of_error
from wizard.librechat.cookies import STATE_SINCE, is_localhost, state_cookie
from wizard.librechat.image_environment import image_environment
from wizard.librechat.origin_guard import GUARD_SINCE
from wizard.librechat.providers import SOCIAL, is_registered
from wizard.librechat.releases import NEWEST, Release
from wizard.librechat.security_headers import SECURITY_HEADERS_SINCE
from wizard.librechat.startup_refusals import start_refusals
from wizard.rules import compose_files
from wizard.rules.config_file import ignored_keys, unknown_keys
from wizard.rules.view import View

_PRUNED_SINCE: Final = Release(0, 7, 3, 0)
"""First release whose image has no nodemon (Dockerfile:60, ``npm prune --production``)."""
_TENANT_INDEXES_SINCE: Final = Release(0, 8, 8, 3)
"""First release that wants ``migrate:tenant-indexes`` (changelog of config 1.3.16)."""
_NAME_ID_SINCE: Final = Release(0, 8, 8, 2)
_LEGACY: Final = "credentials.writeFormat: legacy (librechat.yaml) and TWO_FACTOR_BACKUP_CODE_FORMAT=legacy"
_DATA: Final = (
    (
        Release(0, 7, 8),
        "Two-factor secrets: users with two-factor sign-in are locked out; their backup codes still work.",
    ),
    (Release(0, 8, 8, 1), "Keys that administrators stored in the admin panel."),
    (
        Release(0, 8, 9, 1),
        f"Stored keys and backup codes, unless {_LEGACY} were set before anything was written.",
    ),
)
"""The release that first writes something, and what an older one cannot read of it."""
_NEW_JWT: Final = (
    "Replace the JWT secrets: {generate: true, replace: true}. Users have to sign in again; nothing else is lost."
)
_KEEP_KEYS: Final = (
    "Keep CREDS_KEY and CREDS_IV until the data encrypted with them is re-encrypted with a key of the right length. A new value "
    "makes stored API keys and two-factor secrets unreadable."
)
_CORRECTIONS: Final = {
    "JWT_SECRET": _NEW_JWT,
    "JWT_REFRESH_SECRET": _NEW_JWT,
    "CREDS_KEY": _KEEP_KEYS,
    "CREDS_IV": _KEEP_KEYS,
    "DOMAIN_CLIENT": "Use the full URL: DOMAIN_CLIENT=https://chat.example.com",
    "MONGO_URI": "Use the full URI: MONGO_URI=mongodb://HOST:27017/LibreChat",
}
_BEHAVIOUR: Final = (
    (
        SECURITY_HEADERS_SINCE,
        "Every response contains security headers, including HSTS. While you are only testing HTTPS, set HSTS_ENABLED=false.",
    ),
    (SECURITY_HEADERS_SINCE, "Other sites cannot show LibreChat in a frame, unless X_FRAME_OPTIONS allows it."),
    (
        SECURE_IMAGES_BY_DEFAULT_SINCE,
        "LibreChat sends images in chats only to their owner, unless librechat.yaml sets secureImageLinks: false.",
    ),
    (
        SECURITY_HEADERS_SINCE,
        ("Violation points expire after one hour (if VIOLATION_SCORE_TTL is 0, they never expire)."),
    ),
    (GUARD_SINCE, "If an identity provider is down at startup, LibreChat retries the connection in the background."),
    (
        GUARD_SINCE,
        (
            "If a sign-in with a provider exceeds the rate limit, LibreChat sends users back to the sign-in page instead of "
            "returning 429."
        ),
    ),
)
"""What is different from a release on and needs nothing from anybody."""


def release_changes(deployment: Deployment, target: Release) -> tuple[Finding, ...]:
    """Return what changing from the folder's release to ``target`` means; a PASS says what behaves differently and needs nothing."""
    view = View(deployment)
    if deployment.is_service_unclear:
        # Its settings are not known, and so neither is what another release makes of them.
        return tuple(compose_files.reaches_librechat(view))
    found = [*_stops(view, target), *_not_read(view, target), *_config(view, target)]
    found += [*_upwards(view, target)] if target > view.release else [*_downwards(view, target)]
    changed = [sentence for since, sentence in _BEHAVIOUR if view.release < since <= target]
    if changed:
        known = min(target, NEWEST)
        found.append(
            ids.BEHAVIOUR.passed(f"LibreChat {known} behaves differently from {view.release}.", evidence=changed)
        )
    if target > NEWEST:
        text = (
            f"LibreChat {target} is newer than the newest release that this wizard supports: these findings cover "
            f"releases up to {NEWEST}."
        )
        return (*found, ids.SAME.unknown(text, remedy="Update the wizard, and read the release notes."))
    summary = f"Nothing in this folder breaks or stops taking effect between {view.release} and {target}."
    if not found and not deployment.release_known:
        return (
            ids.SAME.unknown(
                f"Nothing in this folder shows which release is running. If it is {view.release}, "
                f"{summary[0].lower()}{summary[1:]}",
                remedy=ids.SAME.fix,
            ),
        )
    return tuple(found) or (ids.SAME.passed(summary),)


def _stops(view: View, target: Release) -> Iterator[Finding]:
    settings = view.deployment.settings
    known = {refusal.setting for refusal in start_refusals(settings, view.release)}
    found = [refusal for refusal in start_refusals(settings, target) if refusal.setting not in known]
    if found:
        names = [refusal.setting for refusal in found]
        values = "value" if len(names) == 1 else "values"
        yield ids.STOPS.fail(
            f"LibreChat {target} does not start with the current {values} of {' and '.join(names)}.",
            settings=names,
            remedy=" ".join(dict.fromkeys(_CORRECTIONS[name] for name in names)),
            evidence=[refusal.log for refusal in found],
        )


def _config(view: View, target: Release) -> Iterator[Finding]:
    """Keys of librechat.yaml that the target does not know, where the present release does."""
    known = {*unknown_keys(view.config, view.release)}
    if refused := [name for name in unknown_keys(view.config, target) if name not in known]:
        yield ids.CONFIG.fail(
            f"LibreChat {target} does not support {', '.join(refused)} in librechat.yaml and {effect_of_error(target)}."
        )
    without_effect = {*ignored_keys(view.config, view.release)}
    if ignored := [name for name in ignored_keys(view.config, target) if name not in without_effect]:
        yield ids.CONFIG.warn(f"LibreChat {target} ignores {', '.join(ignored)} in librechat.yaml.")


def _not_read(view: View, target: Release) -> Iterator[Finding]:
    names = [
        setting.key
        for setting in catalogue.SETTINGS
        if setting.since is not None
        and view.value(setting.key)
        and setting.key not in view.deployment.overridden
        and setting.is_read(view.release)
        and not setting.is_read(target)
    ]
    if names:
        yield ids.NOT_READ.warn(
            f"LibreChat {target} ignores {len(names)} of the current settings.",
            settings=sorted(names),
            evidence=in_lines(sorted(names)),
        )


def _upwards(view: View, target: Release) -> Iterator[Finding]:
    def crosses(since: Release) -> bool:
        return view.release < since <= target

    settings = view.deployment.settings
    is_plain = (address := view.url("DOMAIN_CLIENT")) is not None and address.scheme == "http"
    if crosses(GUARD_SINCE) and is_plain and not is_localhost(settings.get("DOMAIN_CLIENT", "")):
        yield ids.SAME_ORIGIN.warn()
    if crosses(STATE_SINCE) and is_plain:
        environment = image_environment(settings)
        dropped = [
            name
            for name in SOCIAL
            if is_registered(name, settings, target)
            and (cookie := state_cookie(name, environment, target)) is not None
            and cookie.secure
        ]
        if dropped and not is_localhost(settings.get("DOMAIN_CLIENT", "")):
            yield ids.STATE_COOKIE.warn(evidence=[f"Affected settings: {', '.join(dropped)}"])
    if crosses(_NAME_ID_SINCE) and view.has_saml:
        yield ids.SAML_NAME_ID.warn()
    if target >= _PRUNED_SINCE and "backend:dev" in view.command:
        yield ids.OVERRIDE.warn()
    if crosses(_TENANT_INDEXES_SINCE) and view.deployment.has_run:
        yield ids.MIGRATIONS.warn()


def _downwards(view: View, target: Release) -> Iterator[Finding]:
    lost = [sentence for since, sentence in _DATA if target < since <= view.release]
    if lost and view.deployment.has_run:
        yield ids.DATA.warn(evidence=lost)
