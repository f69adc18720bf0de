"""``librechat-wizard keys``: shows LibreChat's own secrets, or replaces them without losing what they encrypted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from checks.net.aio import run_until_signal
from checks.report import columns_of, wrapped
from screens.cli.output import Output
from screens.cli.stored_values import stored_json, stored_text
from screens.cli.streams import tell
from wizard.answers.model import Stack
from wizard.apply.key_status import OwnKeys, SecretState, SecretStatus, drifted, own_keys, secret_states
from wizard.apply.node_script import NotReachedError, node_host
from wizard.apply.stored_values import CredsPair, StoredValues, look, sha256
from wizard.basics.docker_engine import demand_confirmation, docker_engine
from wizard.basics.exit_status import ExitStatus
from wizard.basics.nearest import near_miss
from wizard.basics.own_command import own_command
from wizard.basics.plain_text import plain
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.programs import is_in_path
from wizard.deployment.folder_deployment import folder_deployment
from wizard.librechat.secret_uses import SecretGroup
from wizard.store.rotation_record import RotationRecord, RotationRecords

if TYPE_CHECKING:
    from screens.cli.options import KeysOptions
    from wizard.deployment.model import Deployment

ALL: Final = "all"
_GROUPS: Final = (*SecretGroup, ALL)
_ACTIONS: Final = f"keys status, or keys rotate {'|'.join(_GROUPS)}"
_INDENT: Final = "      "


def run(options: KeysOptions) -> ExitStatus:
    """Show or replace secrets; ``InvalidInput`` for words that are no action."""
    output = Output("keys", as_json=options.as_json)
    action, *rest = options.words or ("",)
    if action == "status" and not rest and not (options.dry_run or options.yes):
        return output.finish(lambda: _status(options, output))
    if action == "rotate" and len(rest) == 1 and rest[0] in _GROUPS:
        from screens.cli.keys_rotate import rotate

        groups = frozenset(SecretGroup) if rest[0] == ALL else frozenset({SecretGroup(rest[0])})
        return output.finish(lambda: rotate(options, groups, output))
    raise InvalidInput(Problem(field="keys", message=_fault(action, rest), remedy=f"Use {_ACTIONS}."))


def _fault(action: str, rest: Sequence[str]) -> str:
    """Say what is wrong with the words."""
    if action == "status":
        return "status takes no arguments." if rest else "--dry-run and --yes can only be used with keys rotate."
    if action == "rotate":
        if len(rest) == 1:
            return f"no such group of secrets{near_miss(rest[0], _GROUPS)}."
        return "rotate takes exactly one group of secrets."
    return f"no such action{near_miss(action, ('status', 'rotate'))}." if action else "requires an action."


def _status(options: KeysOptions, output: Output) -> ExitStatus:
    current = folder_deployment(options.folder)
    if current.stack not in (Stack.LOCAL, Stack.HELM):
        tell(docker_engine().line)
    pending = RotationRecords(current.folder).read()
    own = own_keys(current)
    states = secret_states(current, own.values)
    columns = columns_of(sys.stdout) - 2
    output.parts |= {"secrets": [_secret_json(one) for one in states], "stored": None, "rotation": _rotation(pending)}
    output.show(_secrets_text(states, columns))
    if pending is not None:
        tell(pending.notice())
    found, why, is_asked = run_until_signal(_look(current, own, pending))
    if found is None:
        output.parts["not_asked"] = why
        output.show(f"\nStored values were not checked: {why}\n")
        return ExitStatus.UNKNOWN if is_asked else ExitStatus.DONE
    drift = drifted(current, found.digests, own.values)
    others = _not_received(found, own)
    output.parts["stored"] = stored_json(found) | {"differs_from_record": list(drift), "not_received": others}
    output.show(stored_text(found, columns))
    output.show(_record_text(found, drift, others, columns, current.stack))
    return ExitStatus.FAILED if found.wrong or others else ExitStatus.DONE


async def _look(
    current: Deployment, own: OwnKeys, pending: RotationRecord | None
) -> tuple[StoredValues | None, str, bool]:
    """Look into the database; else why nobody did, and whether it was tried."""
    uses_docker = current.stack not in (Stack.LOCAL, Stack.HELM)
    if uses_docker and not is_in_path("docker", "docker-compose"):
        return None, "Docker is not installed on this machine.", False
    if current.stack is Stack.HELM and not is_in_path("kubectl"):
        return None, "kubectl is not installed on this machine.", False
    pair, further = own.pair, None
    if pending is not None and "CREDS_KEY" in pending.names:
        pair, further = CredsPair.of(pending.old_values), CredsPair.of(pending.new_values)
    if pair is None:
        return None, own.why, True
    if uses_docker:
        demand_confirmation()
    try:
        host = await node_host(current, *pair)
        tell(f"$ {host.typed('-')}    (counts the values that can be decrypted; the script is piped to standard input)")
        return await look(host, pair, further), "", True
    except NotReachedError as error:
        for line in error.details:
            tell(f"  | {plain(line, limit=400)}")
        return None, error.sentence, True


def _not_received(found: StoredValues, own: OwnKeys) -> list[str]:
    """Return the keys of which LibreChat's container gets other values than the files say."""
    if own.pair is None or own.is_generated:
        return []
    values = {"CREDS_KEY": own.pair.key, "CREDS_IV": own.pair.iv}
    return [
        name for name, value in values.items() if found.received.get(name) and found.received[name] != sha256(value)
    ]


def _secrets_text(states: tuple[SecretStatus, ...], columns: int) -> str:
    lines = []
    for one in states:
        if one.state is SecretState.MISSING and one.use.group is SecretGroup.SESSIONS:
            # Needed where OpenID, SAML or the admin panel is used; the doctor says so then.
            continue
        origin = f"  {plain(one.origin, limit=200)}" if one.origin else ""
        lines.append(f"{one.use.name:27} {one.state.value:10}{origin}")
        if one.why:
            lines += wrapped(one.why, _INDENT, columns)
        lines += wrapped(f"when replaced: {one.use.consequence}", _INDENT, columns)
    return "\n".join(lines) + "\n"


def _record_text(found: StoredValues, drift: tuple[str, ...], others: list[str], columns: int, stack: Stack) -> str:
    lines: list[str] = []
    if others:
        who, act = {
            Stack.LOCAL: ("LibreChat", "Restart LibreChat"),
            Stack.HELM: ("LibreChat's pod", "Restart the Deployment"),
        }.get(stack, ("LibreChat's container", "Recreate the container"))
        text = f"{who} does not use the {' and '.join(others)} from the files. {act}, or run doctor for details."
        lines += wrapped(text, "! ", columns)
    if drift:
        text = f"The fingerprints of {', '.join(drift)} in LibreChat's database do not match the secrets in use."
        lines += wrapped(text, "! ", columns)
    elif found.digests:
        lines.append("The fingerprints in LibreChat's database match the secrets in use.")
    else:
        lines.append("This database contains no fingerprints of LibreChat's secrets.")
    return "\n".join(lines) + "\n"


def _rotation(pending: RotationRecord | None) -> dict[str, Any] | None:
    return None if pending is None else {"names": list(pending.names), "stage": pending.stage.value}


def _secret_json(one: SecretStatus) -> dict[str, Any]:
    return {
        "name": one.use.name,
        "group": one.use.group.value,
        "state": one.state.value,
        "origin": one.origin,
        "why": one.why,
        "when_replaced": one.use.consequence,
        "rotate": own_command("keys rotate", one.use.group.value),
    }
