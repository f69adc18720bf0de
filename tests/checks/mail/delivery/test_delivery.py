"""When a mail is sent, what is told of it, and what it looks like."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.mail.delivery import DELIVERY
from checks.mail.delivery.code import LETTERS
from checks.mail.delivery.delivery import Delivery
from checks.mail.delivery.message import packed, write
from checks.mail.delivery.received import read
from checks.mail.smtp.check import SMTP
from checks.model import RunMemory, Subject
from checks.runner import report
from tests.checks.mail.delivery.asking import FROM, QUICK, TO, all_of, ids, subject
from tests.servers.certificates import Certificates
from tests.servers.smtp import Kind, kind_of, serving
from tests.wizard.rules.builder import deployment
from wizard.answers.model import Answers, CheckInputs
from wizard.basics.check_outcomes import Skipped
from wizard.basics.finding import Status
from wizard.librechat.mail_transport import Sender, sender
from wizard.librechat.releases import NEWEST

MAIL = {"EMAIL_HOST": "localhost"}


@pytest.mark.parametrize(
    ("wanted", "because"),
    [
        (subject(MAIL, to=""), "no recipient: set checks.mail_to in the answers file, or run doctor --mail-to ADDRESS"),
        (subject({}), "no mail server is configured"),
        (subject(MAIL | {"EMAIL_FROM": ""}), "LibreChat treats mail as not configured and sends none"),
        (subject(MAIL)._replace(offline=True), "offline"),
    ],
)
async def test_when_it_does_not_run(wanted: Subject, because: str) -> None:
    done = await report([DELIVERY], wanted)
    assert dict(done.outcomes) == {"delivery": Skipped(because=because)}


async def test_a_server_that_fails_gets_no_mail(certificates: Certificates) -> None:
    async with serving(kind_of("mail-550"), certificates) as server:
        done = await report([SMTP, DELIVERY], subject(MAIL | {"EMAIL_PORT": str(server.port)}))
        assert dict(done.outcomes)["delivery"] == Skipped(because="smtp failed", obstacle="smtp")
        assert b"DATA" not in server.heard


async def test_unattended_without_a_mailbox_it_stops_at_accepted_and_says_so(certificates: Certificates) -> None:
    async with serving(Kind(), certificates) as server:
        done = await report([DELIVERY], subject(MAIL | {"EMAIL_PORT": str(server.port)}))
        assert len(server.sessions[0].messages) == 1
    (accepted,) = [finding for finding in done.findings if finding.id == "delivery.accepted"]
    assert accepted.status is Status.PASS
    assert "Delivery was not checked" in accepted.summary
    assert "delivery.received" not in ids(list(done.findings))
    assert done.exit_status == 0


@pytest.mark.parametrize(
    ("server", "identity", "status"),
    [
        ("data-554", "delivery.data.refused", Status.FAIL),
        ("dataend-550spf", "delivery.data.sender-policy", Status.FAIL),
        ("dataend-close", "delivery.data.closed", Status.FAIL),
        ("rcpt-450", "delivery.recipient.greylisted", Status.FAIL),
        ("starttls-noauth-expired", "delivery.certificate.expired", Status.FAIL),
    ],
)
async def test_what_stops_a_mail(server: str, identity: str, status: Status, certificates: Certificates) -> None:
    async with serving(kind_of(server), certificates) as running:
        delivery = Delivery(subject(MAIL | {"EMAIL_PORT": str(running.port)}), limits=QUICK)
        findings = await all_of(delivery.send())
    assert (findings[-1].id, findings[-1].status) == (identity, status)
    assert (delivery.left, delivery.expires) == (0, 0), "the code never went out"
    assert delivery.enter("BBBB-BBBB").id == "delivery.code.spent"


async def test_what_follows_where_the_message_itself_is_refused(certificates: Certificates) -> None:
    on = {"ALLOW_REGISTRATION": "true", "ALLOW_PASSWORD_RESET": "true"}
    async with serving(kind_of("data-554"), certificates) as server:
        done = await report([SMTP, DELIVERY], subject(MAIL | on | {"EMAIL_PORT": str(server.port)}))
    told = {finding.id: finding.status for finding in done.findings}
    assert told["smtp.accepted"] is Status.PASS
    assert told["delivery.consequence.registration"] is told["delivery.consequence.reset"] is Status.FAIL
    async with serving(kind_of("rcpt-550"), certificates) as server:
        done = await report([DELIVERY], subject(MAIL | on | {"EMAIL_PORT": str(server.port)}))
    assert "delivery.recipient.refused" in ids(list(done.findings))
    assert not [finding.id for finding in done.findings if "consequence" in finding.id], "other people may get mail"


async def test_addresses_that_no_mail_can_have() -> None:
    (finding,) = await all_of(Delivery(subject(MAIL | {"EMAIL_FROM": "nobody"}), limits=QUICK).send())
    assert (finding.id, finding.status) == ("delivery.address", Status.FAIL)


LETTER = write(app="Chat", code="BCDF-GHJK", link="https://chat.example.net", host="box")


@pytest.mark.parametrize(
    "name", ["Chat", 'A "B" C', "Zoë 試験", "a, b <c@d>", "x\r\nBcc: evil@example.net", "\x00\x1b[2J", "y" * 500, ""]
)
def test_no_name_of_the_sender_breaks_the_mail(name: str) -> None:
    values = {"EMAIL_FROM": FROM, "EMAIL_FROM_NAME": name, "APP_TITLE": "Chat"}
    parsed = email.message_from_bytes(packed(LETTER, sender(values, NEWEST), TO), policy=email.policy.default)
    assert [address.addr_spec for address in parsed["From"].addresses] == [FROM]
    assert parsed["Bcc"] is None
    assert parsed.get_content_type() == "multipart/alternative"
    found = read(packed(LETTER, sender(values, NEWEST), TO), LETTER.reference)
    assert found is not None
    assert found.code == "BCDF-GHJK"


async def test_an_address_with_letters_of_any_alphabet_gets_its_mail(certificates: Certificates) -> None:
    async with serving(Kind(), certificates) as server:
        about = subject(
            MAIL | {"EMAIL_PORT": str(server.port), "EMAIL_FROM": "ö@librechat.test"}, to="ü@librechat.test"
        )
        findings = await all_of(Delivery(about, limits=QUICK).send())
        (message,) = server.sessions[0].messages
    assert findings[-1].id == "delivery.accepted"
    header = message.partition(b"\r\n\r\n")[0]
    assert "ü@librechat.test".encode() in header
    assert "ö@librechat.test".encode() in header


@pytest.mark.parametrize("address", ["", "nobody", "a b@", "@x", "a@x\r\nBcc: y@z", "a@" + "b" * 70 + ".test"])
def test_addresses_are_refused_with_one_kind_of_error(address: str) -> None:
    with pytest.raises(ValueError, match="no email address"):
        packed(LETTER, Sender(header='"x" <y>', envelope=address), TO)


def test_markup_in_settings_stays_text() -> None:
    letter = write(app="<script>x</script>", code="BCDF-GHJK", link="javascript:'><b>", host="\x1b[2J")
    assert "<script>" not in letter.html
    assert "><b>" not in letter.html
    assert "\x1b" not in letter.text + letter.html


def test_only_the_own_mail_is_read() -> None:
    mine = packed(LETTER, Sender(header='"x" <y>', envelope=FROM), TO)
    other = packed(replace(LETTER, text=LETTER.text.replace(LETTER.reference, "x"), html="x"), Sender(header='"x" <y>', envelope=FROM), TO)  # fmt: skip
    assert read(mine, LETTER.reference) is not None
    assert read(other, LETTER.reference) is None
    for data in (b"", b"\xff" * 1000, b"Content-Type: text/plain; charset=nonsense\n\nBCDF-GHJK", b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 500):  # fmt: skip
        assert read(data, LETTER.reference) is None
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert read(deep, LETTER.reference) is None
    changed = mine.replace(b"quoted-printable", b"nonsense")
    assert read(changed, "nothing") is None


@given(st.binary(max_size=400), st.sampled_from(["Content-Type", "Content-Transfer-Encoding", "From", "MIME-Version"]))
@settings(deadline=None)
def test_no_mail_of_others_breaks_the_reading(data: bytes, name: str) -> None:
    assert read(data, "reference") is None
    assert read(name.encode() + b": " + data + b"\n\nBCDF-GHJK", "reference") is None


def test_a_code_survives_a_mail_that_was_made_html_only() -> None:
    html = f"Content-Type: text/html; charset=utf-8\nFrom: x\n\n<b>BCDF-GHJK</b> <i>{LETTER.reference}</i>".encode()
    found = read(html, LETTER.reference)
    assert found is not None
    assert set(found.code) <= {*LETTERS, "-"}


def test_the_link_is_domain_client() -> None:
    about = deployment(MAIL | {"DOMAIN_CLIENT": "https://people.example.net", "EMAIL_FROM": FROM})
    wanted = Subject(memory=RunMemory(), deployment=about, answers=Answers(checks=CheckInputs(mail_to=TO)))
    letter = Delivery(wanted)._mail("BCDF-GHJK")
    assert "https://people.example.net" in letter.text
    assert "https://people.example.net" in letter.html
