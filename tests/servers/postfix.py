"""A real Postfix with Dovecot's SASL in front of a mailbox, and a real Dovecot that shows the mailbox over IMAP.

Both run out of the folder that ./test unpacked them into, with users, configuration, queue and mail of their own in a temporary
folder, on loopback ports. Postfix insists on being started by root.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.judge import JUDGES, need_path
from tests.patience import Patience
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port

USER, PASSWORD = "operator@librechat.test", "Mail-Canary+9"
DOMAIN = "librechat.test"
ROOT = JUDGES / "mail"
_OWNER = 5000
"""Owns the mail; needs no entry in /etc/passwd."""
_SERVICES = ("postfix", "dovecot")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSystem:
    """Where the servers listen, and the folder with their logs and mail."""

    submission: int
    imap: int
    """STARTTLS."""
    imaps: int
    """TLS from the first byte."""
    folder: Path
    postfix_log: Path
    dovecot_log: Path

    def mails(self) -> list[bytes]:
        """Return the mails in the mailbox as they lie there."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / "operator" / "new").glob("*"))] + [
            path.read_bytes() for path in sorted((self.folder / "mail" / "operator" / "cur").glob("*"))
        ]


def _libraries() -> str:
    folders = {path.parent for path in ROOT.glob("usr/lib/**/*.so*")}
    plain = [folder for folder in sorted(folders) if "modules" not in folder.parts]
    return ":".join(map(str, plain))


def _system_user() -> tuple[str, str]:
    """Return a user and a group of every Debian that run nothing here: Postfix wants them apart from everybody else's."""
    return pwd.getpwnam("uucp").pw_name, "games"


_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {root}/etc/postfix
mail_owner = {owner}
setgid_group = {group}
default_privs = nobody
import_environment = MAIL_CONFIG LD_LIBRARY_PATH TZ
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{domain}
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {{ {user} = operator/ }} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {certificate}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions = reject_non_fqdn_sender
smtpd_peername_lookup = no
default_transport = error:nothing leaves this machine
"""
_MASTER = """\
{port} inet n - n - - smtpd -o syslog_name=submission
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
"""
_DOVECOT = """\
log_path = /dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = {uid}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener /auth {{
    mode = 0666
  }}
}}
"""
_DOVECOT_23 = """\
ssl_cert = </etc/certificate.pem
ssl_key = </etc/certificate.pem
mail_location = maildir:/mail/operator
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u /etc/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home=/mail/operator
}}
"""
_DOVECOT_24 = """\
ssl_server_cert_file = /etc/certificate.pem
ssl_server_key_file = /etc/certificate.pem
mail_driver = maildir
mail_path = /mail/operator
mail_home = /mail/operator
mail_uid = {uid}
mail_gid = {uid}
passdb passwd-file {{
  passwd_file_path = /etc/users
}}
userdb static {{
}}
"""
_VERSIONS_24 = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
"""They have to stand first."""
_PASSWD = """\
root:x:0:0::/:/bin/false
nobody:x:65534:65534::/:/bin/false
dovecot:x:901:901::/:/bin/false
dovenull:x:902:902::/:/bin/false
"""


def _tree(folder: Path) -> None:
    """Make a root folder for Dovecot, which looks for its parts under /usr/lib/dovecot and nowhere else."""
    for name in ("usr/bin", "usr/sbin", "usr/lib", "etc/dovecot", "dev", "run", "var/lib/dovecot", "var/run", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "usr/lib/dovecot", folder / "usr/lib/dovecot", symlinks=True)
    for name in ("usr/sbin/dovecot", "usr/bin/doveconf"):
        shutil.copy(ROOT / name, folder / name)
    programs = [folder / "usr/sbin/dovecot", *(folder / "usr/lib/dovecot").rglob("*")]
    listed = subprocess.run(
        ["ldd", *(str(path) for path in programs if path.is_file() and not path.is_symlink())],
        env={"PATH": os.defpath, "LD_LIBRARY_PATH": _libraries()},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for found in set(re.findall(r"(?:=> |\t)(/\S+) \(0x", listed)):
        source = Path(found)
        inside = (
            f"/usr/lib/{source.name}" if source.is_relative_to(ROOT.resolve()) or source.is_relative_to(ROOT) else found
        )
        target = folder / inside.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(source, target)
    (folder / "dev" / "null").touch(mode=0o666)
    (folder / "dev" / "null").chmod(0o666)
    (folder / "dev" / "urandom").write_bytes(os.urandom(1 << 16))
    (folder / "etc" / "passwd").write_text(_PASSWD, encoding="utf-8")
    groups = "".join(f"{line.split(':')[0]}:x:{line.split(':')[3]}:\n" for line in _PASSWD.splitlines())
    (folder / "etc" / "group").write_text(groups, encoding="utf-8")


def _dovecot_configuration() -> str:
    """Return the text for the Dovecot that is there: 2.4 (Debian 13) has other names for much."""
    version = subprocess.run(
        [str(ROOT / "usr/sbin/dovecot"), "--version"],
        env={"PATH": os.defpath, "LD_LIBRARY_PATH": _libraries()},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    is_old = tuple(map(int, re.findall(r"[0-9]+", version)[:2])) < (2, 4)
    return _DOVECOT + _DOVECOT_23 if is_old else _VERSIONS_24 + _DOVECOT + _DOVECOT_24


def _folders(folder: Path, owner: str) -> None:
    for name in ("queue", "data", "mail/operator", "etc"):
        (folder / name).mkdir(parents=True)
    for name in ("new", "cur", "tmp"):
        (folder / "mail" / "operator" / name).mkdir()
    for path in (folder / "mail", *(folder / "mail").rglob("*")):
        os.chown(path, _OWNER, _OWNER)
    uid, gid = pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid
    os.chown(folder / "data", uid, gid)
    for name in (
        "active",
        "bounce",
        "corrupt",
        "defer",
        "deferred",
        "flush",
        "hold",
        "incoming",
        "private",
        "saved",
        "trace",
    ):
        (folder / "queue" / name).mkdir(mode=0o700)
        os.chown(folder / "queue" / name, uid, gid)
    for name in ("maildrop", "public", "pid"):
        (folder / "queue" / name).mkdir(mode=0o755)
        os.chown(folder / "queue" / name, uid if name != "pid" else 0, gid if name != "pid" else 0)


@contextlib.contextmanager
def running(certificates: Certificates) -> Iterator[MailSystem]:
    """Run both servers."""
    need_path("Postfix", ROOT / "usr/lib/postfix/sbin/master")
    folder = Path(tempfile.mkdtemp(prefix="mail-system-"))
    folder.chmod(0o755)
    owner, group = _system_user()
    _folders(folder, owner)
    certificate = folder / "etc" / "certificate.pem"
    certificate.write_bytes(certificates.file("valid").read_bytes())
    system = MailSystem(
        submission=free_port(),
        imap=free_port(),
        imaps=free_port(),
        folder=folder,
        postfix_log=folder / "postfix.log",
        dovecot_log=folder / "dovecot.log",
    )
    parts = {
        "folder": folder, "root": ROOT.resolve(), "owner": owner, "group": group, "domain": DOMAIN, "user": USER,
        "uid": _OWNER, "certificate": certificate, "port": f"127.0.0.1:{system.submission}", "imap": system.imap, "imaps": system.imaps,
    }  # fmt: skip
    (folder / "etc" / "main.cf").write_text(_MAIN.format(**parts), encoding="utf-8")
    (folder / "etc" / "master.cf").write_text(_MASTER.format(**parts), encoding="utf-8")
    _tree(folder)
    (folder / "etc" / "dovecot" / "dovecot.conf").write_text(_dovecot_configuration().format(**parts), encoding="utf-8")
    (folder / "etc" / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n", encoding="utf-8")
    environment = {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
        "LD_LIBRARY_PATH": f"{_libraries()}:/usr/lib",
        "MAIL_CONFIG": str(folder / "etc"),
    }
    commands = (
        ["chroot", str(folder), "/usr/sbin/dovecot", "-F"],
        [str(ROOT / "usr/lib/postfix/sbin/master"), "-c", str(folder / "etc"), "-d"],
    )
    with (folder / "started.log").open("wb") as log:
        programs = [
            subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
            for command in commands
        ]
    try:
        _wait_for(system, programs)
        yield system
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        shutil.rmtree(folder)


def _wait_for(system: MailSystem, programs: list[subprocess.Popen[bytes]]) -> None:
    for port in (system.submission, system.imap):
        patience = Patience()
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
                if probe.recv(10):
                    break
            logs = "\n".join(path.read_text(errors="replace") for path in system.folder.glob("*.log"))
            assert all(program.poll() is None for program in programs), f"a server ended: {logs}"
            assert not patience.spent(), f"a server does not answer: {logs}"
            time.sleep(0.1)
