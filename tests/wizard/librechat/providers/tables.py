"""Counts of right, wrong and not modelled by group, for the tests that compare verdicts with recordings."""

from __future__ import annotations

from collections import Counter


class Table:
    """What a comparison came to; printed by the test."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.wrong: list[str] = []
        self.reasons: list[str] = []
        self._counts: dict[str, Counter[str]] = {}

    def _count(self, group: str, kind: str) -> None:
        self._counts.setdefault(group, Counter())[kind] += 1

    def compare(self, group: str, what: str, outcome: str, recorded: str) -> None:
        """Count a row whose outcome the verdict tells."""
        right = outcome == recorded
        self._count(group, "right" if right else "wrong")
        if not right:
            self.wrong.append(f"{group}: {what}: {outcome}, recorded {recorded}")

    def not_modelled(self, group: str, reason: str) -> None:
        """Count a row that the verdict cannot tell, with its reason."""
        self._count(group, "not modelled")
        self.reasons.append(f"{group}: {reason}")

    def text(self) -> str:
        """Return the table with its sums, and the reasons."""
        kinds = ("right", "wrong", "not modelled")
        lines = [f"{self.title:<20}" + "".join(f"{kind:>14}" for kind in kinds)]
        total: Counter[str] = Counter()
        for group, counts in sorted(self._counts.items()):
            total += counts
            lines.append(f"{group:<20}" + "".join(f"{counts[kind]:>14}" for kind in kinds))
        lines.append(f"{'all':<20}" + "".join(f"{total[kind]:>14}" for kind in kinds))
        lines += [f"not modelled: {reason}" for reason in self.reasons]
        return "\n".join(lines) + "\n"
