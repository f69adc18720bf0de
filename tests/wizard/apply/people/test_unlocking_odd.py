"""Doors that cannot be opened hide no other, and an address may be stored with capitals."""

from __future__ import annotations

from screens.shared.people import unlock_lines
from tests.wizard.apply.people.test_unlocking import EVE, SEEDS, seeded, unlocking_in
from tests.wizard.apply.people_stack import PeopleStack, user
from wizard.apply.people.lockouts import Cause
from wizard.apply.people.model import Consent
from wizard.basics.exit_status import ExitStatus


async def test_a_setting_that_a_compose_file_sets_is_not_written_in_vain(stack: PeopleStack) -> None:
    eve = seeded(stack, SEEDS[5]._replace(banned=True, settings={"BAN_VIOLATIONS": "true"}))
    (stack.folder / "docker-compose.override.yml").write_text(
        "services:\n  api:\n    environment:\n      ALLOW_EMAIL_LOGIN: 'false'\n"
    )
    unlocks = await (await unlocking_in(stack)).unlocks(EVE)
    assert [one.lockout.cause for one in unlocks] == [Cause.BAN, Cause.EMAIL_LOGIN_OFF]
    output = "\n".join(unlock_lines(unlocks[1]))
    assert "The compose files set ALLOW_EMAIL_LOGIN, so a line in .env has no effect." in output
    assert "Change ALLOW_EMAIL_LOGIN under environment: in the service api." in output
    assert unlocks[1].change is None
    # The ban is another cause, and it is unlocked all the same.
    assert unlocks[0].change is not None
    assert (await unlocks[0].change.work(Consent.CHANGE)).status is ExitStatus.DONE
    assert not [one for one in stack.mongo.content()["logs"] if str(eve["_id"]) in one["key"]]


async def test_an_unlock_of_an_address_with_capitals_is_taken_back_by_any_spelling(stack: PeopleStack) -> None:
    eve = user("Eve@Example.com", emailVerified=False)
    stack.fill(user("ann@example.com", "ADMIN"), eve)
    for spelling in ("Eve@Example.com", "eve@example.com", " EVE@example.COM "):
        unlocking = await unlocking_in(stack)
        unlock, *_ = await unlocking.unlocks("eve@example.com")
        assert unlock.change is not None
        await unlock.change.work(Consent.CHANGE)
        assert stack.user("Eve@Example.com") == {**eve, "emailVerified": True}
        taken_back = await unlocking.undoing(unlocking.opened(spelling)).work(Consent.CHANGE)
        assert (taken_back.status, stack.user("Eve@Example.com")) == (ExitStatus.DONE, eve)
