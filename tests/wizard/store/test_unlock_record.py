"""The record of unlocks: nothing is lost where two wizards write it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from wizard.store.unlock_record import UnlockEntry, UnlockRecords

EACH = 15


def test_two_wizards_at_once_lose_nothing(tmp_path: Path) -> None:
    def work(who: int) -> None:
        records = UnlockRecords(tmp_path)
        for number in range(EACH):
            unlock = UnlockEntry(
                when=datetime.now(UTC), cause="ban", email=f"{who}-{number}@b.example", sentence="x", is_done=False
            )
            records.begin(unlock)
            records.end(unlock, unlock)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    kept = UnlockRecords(tmp_path).read()
    assert len(kept) == 2 * EACH
    assert all(one.is_done for one in kept)
