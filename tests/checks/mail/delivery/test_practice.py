"""The test mail in the practice: sent to its mail server, and the code out of its inbox typed back."""

from __future__ import annotations

from checks.mail.delivery.delivery import Delivery
from screens.demo.mail_server import MailServer
from screens.demo.run import task
from tests.checks.mail.delivery.asking import QUICK, all_of, ids, subject


async def test_the_code_is_in_the_practice_mailbox() -> None:
    with MailServer() as server:
        settings = {"EMAIL_HOST": "mail.practice.example", "EMAIL_PORT": str(server.port)}
        delivery = Delivery(subject(settings, compose=True), limits=QUICK, task=task)
        assert ids(await all_of(delivery.send())) == ["delivery.accepted"]
        (message,) = server.messages
    code = message.text.partition("    ")[2].split()[0]
    assert delivery.enter(code).id == "delivery.received"
