"""A real OpenLDAP on loopback ports: LDAPS with any of the test certificates, access rules, and a policy that locks after three tries.

It runs out of the folder that ./test unpacked it into, with configuration and data of its own in a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.judge import JUDGES, need_path
from tests.patience import wait_until
from tests.servers.certificates import Certificates
from tests.servers.ports import free_port

ROOT = JUDGES / "ldap"
BASE = "dc=example,dc=org"
READER, READER_PASSWORD = f"cn=reader,ou=services,{BASE}", "Ldap-Canary+7"
LOCKABLE, LOCKABLE_PASSWORD = f"cn=lockable,ou=services,{BASE}", "lockable-pw"
"""A service account that the policy locks after three wrong passwords."""
ADA, ADA_PASSWORD = f"uid=ada,ou=people,{BASE}", "ada pass#1 'x'"
ROOT_DN, ROOT_PASSWORD = f"cn=admin,{BASE}", "admin-pw"

_LDIF = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=services,{BASE}
objectClass: organizationalUnit
ou: services

dn: ou=policies,{BASE}
objectClass: organizationalUnit
ou: policies

dn: ou=remote,{BASE}
objectClass: organizationalUnit
ou: remote

dn: cn=ref1,ou=remote,{BASE}
objectClass: referral
objectClass: extensibleObject
cn: ref1
ref: ldap://127.0.0.1:1/ou=people,dc=elsewhere,dc=org

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {READER_PASSWORD}
pwdPolicySubentry: cn=nolock,ou=policies,{BASE}

dn: {LOCKABLE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: lockable
userPassword: {LOCKABLE_PASSWORD}

dn: cn=noread,ou=services,{BASE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: noread
userPassword: noread-pw

dn: cn=default,ou=policies,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: default
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 3
pwdLockoutDuration: 600

dn: cn=nolock,ou=policies,{BASE}
objectClass: device
objectClass: pwdPolicy
cn: nolock
pwdAttribute: userPassword
pwdLockout: FALSE

dn: {ADA}
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
userPassword: {ADA_PASSWORD}
mail: ada@example.org
givenName: Ada
employeeNumber: 4711

dn: uid=twocn,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twocn
cn: Ann One
cn: Ann Two
sn: Person
userPassword: pw-twocn
mail: twocn@example.org

dn: uid=twin1,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twin1
cn: twin1
sn: Person
mail: twin@example.org

dn: uid=twin2,ou=people,{BASE}
objectClass: inetOrgPerson
uid: twin2
cn: twin2
sn: Person
mail: twin@example.org

dn: uid=nomail,ou=people,{BASE}
objectClass: inetOrgPerson
uid: nomail
cn: No Mail
sn: Mail
userPassword: pw-nomail
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLdap:
    """Where the server listens."""

    plain: int
    tls: int
    folder: Path

    def failures(self, name: str) -> int:
        """Return how many wrong passwords the policy has counted for an entry, as the server itself keeps them."""
        with self.signed_in(ROOT_DN, ROOT_PASSWORD) as connection:
            connection.search(name, "(objectClass=*)", "BASE", attributes=["pwdFailureTime"])
            return len(connection.entries[0].entry_attributes_as_dict.get("pwdFailureTime", []))

    def reset(self, name: str) -> None:
        """Forget the wrong passwords of an entry."""
        with self.signed_in(ROOT_DN, ROOT_PASSWORD) as connection:
            for attribute in ("pwdFailureTime", "pwdAccountLockedTime"):
                connection.modify(name, {attribute: [("MODIFY_DELETE", [])]})

    @contextlib.contextmanager
    def signed_in(self, name: str, password: str, authority: Path | None = None) -> Iterator[Any]:
        """Give a bound connection of ldap3, another client; verified TLS with an authority's file."""
        import ldap3

        with warnings.catch_warnings():
            # It is from 2021.
            warnings.simplefilter("ignore", DeprecationWarning)
            tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(authority)) if authority else None
            host, port = ("localhost", self.tls) if tls else ("127.0.0.1", self.plain)
            server = ldap3.Server(host, port=port, use_ssl=tls is not None, tls=tls)
            connection = ldap3.Connection(server, name, password)
            try:
                connection.bind()
                yield connection
            finally:
                connection.unbind()


def _environment() -> dict[str, str]:
    folders = {path.parent for path in ROOT.glob("usr/lib/**/*.so*")}
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, sorted(folders)))}


def _configuration(folder: Path, certificates: Certificates, name: str) -> str:
    pem = certificates.file(name)
    schemas = "".join(
        f"include {ROOT}/etc/ldap/schema/{schema}.schema\n" for schema in ("core", "cosine", "inetorgperson")
    )
    return (
        f"{schemas}pidfile {folder}/slapd.pid\nargsfile {folder}/slapd.args\n"
        f"modulepath {ROOT}/usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\n"
        f"TLSCertificateFile {pem}\nTLSCertificateKeyFile {pem}\nTLSCACertificateFile {_chain(folder, pem)}\n"
        f'database mdb\nsuffix "{BASE}"\ndirectory {folder}/data\nmaxsize 10485760\n'
        f'rootdn "{ROOT_DN}"\nrootpw {ROOT_PASSWORD}\n'
        "access to attrs=userPassword by anonymous auth by * none\n"
        f'access to * by dn.exact="{READER}" read by dn.exact="{LOCKABLE}" read by self read by * none\n'
        f'overlay ppolicy\nppolicy_default "cn=default,ou=policies,{BASE}"\n'
    )


def _chain(folder: Path, pem: Path) -> Path:
    """Return a file with the certificates that the server sends behind its own."""
    path = folder / "chain.pem"
    path.write_bytes(
        b"-----BEGIN CERTIFICATE"
        + b"-----BEGIN CERTIFICATE".join(pem.read_bytes().split(b"-----BEGIN CERTIFICATE")[1:])
    )
    return path


@contextlib.contextmanager
def openldap(certificates: Certificates, name: str = "valid") -> Iterator[OpenLdap]:
    """Run a server with one of the test certificates."""
    program = need_path("slapd", ROOT / "usr" / "sbin" / "slapd")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "data").mkdir()
        (folder / "slapd.conf").write_text(_configuration(folder, certificates, name))
        (folder / "data.ldif").write_text(_LDIF)
        add = ["slapadd", "-q", "-f", str(folder / "slapd.conf"), "-l", str(folder / "data.ldif")]
        done = subprocess.run(
            add,
            executable=program,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        plain, tls = free_port(), free_port()
        urls = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
        command = [str(program), "-d", "0", "-f", str(folder / "slapd.conf"), "-h", urls]
        with subprocess.Popen(
            command, env=_environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            try:
                _wait_for(plain, server)
                yield OpenLdap(plain=plain, tls=tls, folder=folder)
            finally:
                server.terminate()
                server.wait(10)
        shutil.rmtree(folder / "data")


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        assert server.poll() is None, "slapd has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    wait_until(answers, "slapd does not listen")
