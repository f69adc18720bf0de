"""From a mapping of answers to :class:`Answers`, every fault at once with its line. A file or a draft gives the mapping."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from wizard import catalogue
from wizard.answers import imap
from wizard.answers.model import Access, Answers, Certificate, CheckInputs, Given, Proxy, Registration, Source, Stack
from wizard.answers.sources import fetch
from wizard.basics.nearest import nearest_of
from wizard.basics.problem import InvalidInput, Problem
from wizard.basics.secret import Secret
from wizard.catalogue.accept import ValueFault, accept
from wizard.catalogue.model import Setting, holds_secret
from wizard.librechat.providers import BUTTONS
from wizard.librechat.releases import Release
from wizard.yamlfile.nodes import Node

PARTS: Final = ("version", "librechat", "access", "proxy", "settings", "registration", "checks")
_CHECKS: Final = ("mail_to", "imap", "from_container", "login", "allow_insecure_login")
SOURCES: Final = ("file", "env", "command")
PROXY_SERVERS: Final = ("caddy", "nginx", "traefik")
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN: Final = rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+"

_Choice = TypeVar("_Choice", Access, Stack, Certificate)


class AnswersRead(NamedTuple):
    """What an answers file says, and what is worth a warning although it is accepted."""

    answers: Answers
    warnings: tuple[str, ...] = ()


def read(root: Node | None, *, base: Path, name: str = "", source: Source = Source.FILE) -> AnswersRead:
    """Read answers from a mapping, whoever wrote it: the answers file, or a draft on the screen.

    ``name`` is that of the file, for its faults; relative file names count from ``base``; ``source`` is said of every
    setting. ``InvalidInput`` carries all problems at once, so that they can be fixed in one go.
    """
    reader = _Reader(name, base, source)
    answers = reader.read(root)
    if reader.problems:
        raise InvalidInput(*sorted(reader.problems, key=lambda problem: problem.line))
    return AnswersRead(answers=answers, warnings=tuple(reader.warnings))


class _Drafts:
    """Settings while they are being read."""

    def __init__(self) -> None:
        self.given: dict[str, Given] = {}
        self.generate: set[str] = set()
        self.replace: set[str] = set()
        self.accept_loss: set[str] = set()


class _Reader:
    """Walks the nodes, collects problems and reads on."""

    def __init__(self, name: str, base: Path, source: Source) -> None:
        self._name = name
        self._base = base
        self._source = source
        self._secret_variables: frozenset[str] = frozenset()
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def read(self, root: Node | None) -> Answers:
        """Read the whole file."""
        if root is None or root.kind != "map":
            line = root.line if root else 0
            self._fault("", line, "an answers file is a mapping.", "It begins with the line 'version: 1'.")
            return Answers()
        self._secret_variables = _named_variables(root)
        parts = self._known(root, "", PARTS)
        self._version(parts.get("version"))
        release, stack = self._librechat(parts.get("librechat"))
        access = self._one_of(parts.get("access"), "access", Access)
        proxy = self._proxy(parts.get("proxy"))
        return replace(
            self._settings(parts.get("settings")),
            release=release,
            stack=stack,
            access=access,
            proxy=proxy,
            registration=self._registration(parts.get("registration")),
            checks=self._checks(parts.get("checks")),
        )

    def _fault(self, name: str, line: int, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(field=name, file=self._name, line=line, message=message, remedy=remedy))

    def _known(self, node: Node | None, prefix: str, names: tuple[str, ...]) -> dict[str, Node]:
        """Return the entries of a mapping whose names are known; report the others."""
        if node is None or node.kind == "null":
            return {}
        if node.kind != "map":
            self._fault(prefix.rstrip("."), node.line, "must be a mapping (NAME: value, indented).")
            return {}
        found = {}
        for key, value in node.pairs:
            if key.text in names:
                found[key.text] = value
                continue
            near = nearest_of(key.text, names)
            remedy = f"Did you mean {near}?" if near else f"Known here: {', '.join(names)}."
            setting = catalogue.by_key().get(key.text)
            if setting is not None and not prefix:
                remedy = "It is a setting: indent it under 'settings:'."
            self._fault(f"{prefix}{key.text}", key.line, "unknown name.", remedy)
        return found

    def _version(self, node: Node | None) -> None:
        if node is None:
            self._fault("version", 0, "missing.", "Write 'version: 1' as the first line.")
        elif node.text != "1" or node.kind not in ("number", "text"):
            self._fault(
                "version", node.line, f"{node.text or 'this'} is not known here.", "This program reads version 1."
            )

    def _text(self, node: Node | None, name: str) -> str:
        if node is None or node.kind == "null":
            return ""
        if node.kind in ("list", "map"):
            self._fault(name, node.line, "must be one value.")
            return ""
        return node.text

    def _one_of(self, node: Node | None, name: str, choices: type[_Choice]) -> _Choice | None:
        text = self._text(node, name)
        if node is None or not text:
            return None
        try:
            return choices(text)
        except ValueError:
            values = [choice.value for choice in choices]
            near = nearest_of(text, values)
            hint = f"Did you mean {near}? " if near else ""
            self._fault(name, node.line, f"{text!r} is no choice.", f"{hint}One of: {', '.join(values)}.")
            return None

    def _librechat(self, node: Node | None) -> tuple[Release | None, Stack | None]:
        parts = self._known(node, "librechat.", ("release", "stack"))
        stack = self._one_of(parts.get("stack"), "librechat.stack", Stack)
        if stack is Stack.HELM:
            message = "helm is not supported yet; it comes in a later release of this program."
            self._fault("librechat.stack", parts["stack"].line, message, "Supported now: compose, deploy.")
        release = None
        if text := self._text(parts.get("release"), "librechat.release"):
            try:
                release = Release.parse(text)
            except ValueError:
                message = f"{text!r} is no LibreChat release."
                self._fault("librechat.release", parts["release"].line, message, "Write a tag such as v0.8.7.")
        return release, stack

    def _proxy(self, node: Node | None) -> Proxy:
        names = ("server", "certificate", "certificate_file", "key_file", "email", "hops", "hsts")
        parts = self._known(node, "proxy.", names)
        server = self._text(parts.get("server"), "proxy.server")
        if server and server not in PROXY_SERVERS:
            message = f"{server!r} is no choice."
            self._fault("proxy.server", parts["server"].line, message, f"One of: {', '.join(PROXY_SERVERS)}.")
        certificate = self._one_of(parts.get("certificate"), "proxy.certificate", Certificate)
        files = {name: self._text(parts.get(name), f"proxy.{name}") for name in ("certificate_file", "key_file")}
        for name, text in files.items():
            if certificate is Certificate.FILES and not text:
                line = parts["certificate"].line
                self._fault(
                    f"proxy.{name}", line, "missing.", "certificate: files needs certificate_file and key_file."
                )
        hops = self._text(parts.get("hops"), "proxy.hops")
        if hops and not (re.fullmatch("[0-9]{1,2}", hops) and 1 <= int(hops) <= 20):  # noqa: PLR2004
            message = f"{hops!r} is no number of proxies."
            self._fault("proxy.hops", parts["hops"].line, message, "Count the proxies before LibreChat: 1, 2, ...")
            hops = ""
        hsts = parts.get("hsts")
        if hsts is not None and hsts.kind not in ("bool", "null"):
            self._fault("proxy.hsts", hsts.line, "must be true or false.")
        return Proxy(
            server=server,
            certificate=certificate or Certificate.ACME,
            certificate_file=str(self._base / files["certificate_file"]) if files["certificate_file"] else "",
            key_file=str(self._base / files["key_file"]) if files["key_file"] else "",
            email=self._text(parts.get("email"), "proxy.email"),
            hops=int(hops or "1"),
            hsts=hsts.is_true if hsts is not None and hsts.kind == "bool" else None,
        )

    def _names(self, node: Node | None, name: str) -> tuple[str, ...] | None:
        if node is None or node.kind == "null":
            return None
        if node.kind != "list" or any(item.kind in ("list", "map", "null") for item in node.items):
            self._fault(name, node.line, "must be a list.", "Write [one, two].")
            return None
        return tuple(item.text for item in node.items)

    def _registration(self, node: Node | None) -> Registration:
        parts = self._known(node, "registration.", ("socialLogins", "allowedDomains"))
        logins = self._names(parts.get("socialLogins"), "registration.socialLogins")
        for item in parts["socialLogins"].items if logins else ():
            if item.text not in BUTTONS:
                near = nearest_of(item.text, BUTTONS)
                hint = f"Did you mean {near}? " if near else ""
                remedy = f"{hint}Known: {', '.join(BUTTONS)}."
                self._fault("registration.socialLogins", item.line, f"{item.text!r} is no sign-in provider.", remedy)
        domains = self._names(parts.get("allowedDomains"), "registration.allowedDomains")
        for item in parts["allowedDomains"].items if domains else ():
            if not re.fullmatch(_DOMAIN, item.text):
                remedy = "LibreChat compares the whole domain after the @: example.com (no wildcard, no scheme)."
                self._fault("registration.allowedDomains", item.line, f"{item.text!r} is no mail domain.", remedy)
        lowered = None if domains is None else tuple(domain.lower() for domain in domains)
        return Registration(social_logins=logins, allowed_domains=lowered)

    def _checks(self, node: Node | None) -> CheckInputs:
        parts = self._known(node, "checks.", _CHECKS)
        mail_to = self._text(parts.get("mail_to"), "checks.mail_to")
        if mail_to and not _is_mail_address(mail_to):
            message = f"{mail_to!r} is no mail address."
            self._fault("checks.mail_to", parts["mail_to"].line, message, "Write somebody@example.com.")
        mailbox = self._known(parts.get("imap"), "checks.imap.", imap.NAMES)
        texts = {name: self._text(node, f"checks.imap.{name}") for name, node in mailbox.items() if name != "password"}
        for name, message, remedy in imap.faults(texts) if mailbox else ():
            line = mailbox[name].line if name in mailbox else next(iter(mailbox.values())).line
            self._fault(f"checks.imap.{name}", line, message, remedy)
        login = self._known(parts.get("login"), "checks.login.", ("email", "password", "create"))
        switches = {f"checks.{name}": parts.get(name) for name in ("from_container", "allow_insecure_login")}
        switches["checks.login.create"] = login.get("create")
        for name, switch in switches.items():
            if switch is not None and switch.kind not in ("bool", "null"):
                self._fault(name, switch.line, "must be true or false.")
        if _is_on(login.get("create")) and "email" in login:
            self._fault("checks.login", login["create"].line, "create goes without email: give one of the two.")
        return CheckInputs(
            mail_to=mail_to,
            from_container=_is_on(parts.get("from_container")),
            imap=imap.imap(texts, self._password(mailbox.get("password"), "checks.imap.password")),
            login_email=self._text(login.get("email"), "checks.login.email"),
            login_password=self._password(login.get("password"), "checks.login.password"),
            login_create=_is_on(login.get("create")),
            allow_insecure_login=_is_on(parts.get("allow_insecure_login")),
        )

    def _password(self, node: Node | None, name: str) -> Secret | None:
        clear = None if node is None else self._fetched(node, name)
        if node is not None and node.kind != "map":
            self.warnings.append(f"{self._name}:{node.line}: {name} stands in clear.")
        return Secret(clear) if isinstance(clear, str) and clear else None

    def _settings(self, node: Node | None) -> Answers:
        drafts = _Drafts()
        if node is not None and node.kind not in ("map", "null"):
            self._fault("settings", node.line, "must be a mapping (NAME: value, indented).")
            return Answers()
        for key, value in node.pairs if node else ():
            setting = catalogue.by_key().get(key.text)
            if setting is None:
                self._unknown_setting(key)
            elif setting.unread or setting.renamed_to:
                self._useless_setting(key, setting)
            else:
                self._setting(setting, value, drafts)
        return Answers(
            settings=MappingProxyType(drafts.given),
            generate=frozenset(drafts.generate),
            replace=frozenset(drafts.replace),
            accept_loss=frozenset(drafts.accept_loss),
        )

    def _unknown_setting(self, key: Node) -> None:
        near = catalogue.nearest(key.text)
        remedy = f"Did you mean {near}?" if near else "'librechat-wizard settings' lists the valid names."
        self._fault(f"settings.{key.text}", key.line, "unknown name: it is no setting of LibreChat's sign-in.", remedy)

    def _useless_setting(self, key: Node, setting: Setting) -> None:
        if setting.renamed_to:
            since = f" in {setting.until}" if setting.until else ""
            message = f"LibreChat no longer reads it: it was renamed{since}."
            self._fault(f"settings.{key.text}", key.line, message, f"Write {setting.renamed_to}.")
        else:
            message = "it is documented, but no LibreChat release reads it."
            self._fault(f"settings.{key.text}", key.line, message, "Take the line out.")

    def _setting(self, setting: Setting, value: Node, drafts: _Drafts) -> None:
        name = f"settings.{setting.key}"
        if value.kind == "null":
            drafts.given[setting.key] = Given(None, self._source)
            return
        if value.kind == "map" and any(key.text in ("generate", "replace", "accept_loss") for key, _ in value.pairs):
            self._generate(setting, value, drafts)
            return
        fetched = self._fetched(value, name)
        if fetched is None:
            return
        if value.kind not in ("map", "null") and value.text and holds_secret(setting, value.text):
            self.warnings.append(
                f"{self._name}:{value.line}: {setting.key} stands in clear; {{file: PATH}} or {{env: NAME}} keeps it out."
            )
        match accept(setting, fetched):
            case ValueFault(message, remedy):
                self._fault(name, value.line, message, remedy)
            case accepted:
                text = Secret(accepted.text) if holds_secret(setting, accepted.text) else accepted.text
                drafts.given[setting.key] = Given(text, self._source)

    def _generate(self, setting: Setting, value: Node, drafts: _Drafts) -> None:
        name = f"settings.{setting.key}"
        flags = self._known(value, f"{name}.", ("generate", "replace", "accept_loss"))
        for flag, node in flags.items():
            if node.kind != "bool":
                self._fault(f"{name}.{flag}", node.line, "must be true or false.")
        if setting.generate is None:
            self._fault(name, value.line, "no value can be generated for it.", "Write the value itself.")
            return
        for flag, target in (
            ("generate", drafts.generate),
            ("replace", drafts.replace),
            ("accept_loss", drafts.accept_loss),
        ):
            if flag in flags and flags[flag].is_true:
                target.add(setting.key)
        if setting.key not in drafts.generate:
            self._fault(name, value.line, "replace and accept_loss belong to generate: true.", "Add generate: true.")

    def _fetched(self, node: Node, name: str) -> str | bool | list[str] | None:
        """Return the value as it was written or read from its source.

        ``None`` after a reported fault, and where ``keep: true`` says to leave alone what stands.
        """
        if node.kind == "bool":
            return node.is_true
        if node.kind == "list":
            return list(self._names(node, name) or ())
        if node.kind != "map":
            return node.text
        source = self._reference(node, name)
        if source is None:
            return None
        fetched = fetch(source, self._base, self._secret_variables)
        if isinstance(fetched, Problem):
            self._fault(name, node.line, fetched.message, fetched.remedy)
            return None
        return fetched

    def _reference(self, node: Node, name: str) -> Node | None:
        """Return the one pair that says where a value comes from; ``{env: NAME, keep: true}`` may keep what stands."""
        pairs = tuple(pair for pair in node.pairs if pair[0].text != "keep")
        if len(pairs) != 1 or pairs[0][0].text not in SOURCES:
            forms = "{file: PATH}, {env: NAME}, {command: [PROGRAM, ARGUMENT]} or {generate: true}"
            self._fault(name, node.line, "a mapping here says where the value comes from.", f"Write {forms}.")
            return None
        if len(pairs) == len(node.pairs):
            return node
        key, value = pairs[0]
        flag = next(flag for other, flag in node.pairs if other.text == "keep")
        if key.text != "env" or not flag.is_true:
            self._fault(name, node.line, "keep: true belongs to env.", "Write {env: NAME, keep: true}.")
            return None
        return replace(node, pairs=pairs) if value.text in os.environ else None


def _named_variables(root: Node) -> frozenset[str]:
    """Return the variables that a child process must not inherit: those read by ``{env}`` and all secret settings."""
    named = {
        value.text
        for node in root.walk()
        for key, value in node.pairs
        if key.text == "env" and value.kind == "text" and all(name.text in ("env", "keep") for name, _ in node.pairs)
    }
    secret = {key for key in os.environ if (setting := catalogue.by_key().get(key)) is not None and setting.secret}
    return frozenset(named | secret)


def _is_mail_address(text: str) -> bool:
    # Loaded where somebody gives one: most answers hold none.
    from wizard.librechat.mail_address import is_plain

    return is_plain(text)


def _is_on(node: Node | None) -> bool:
    return node is not None and node.kind == "bool" and node.is_true
