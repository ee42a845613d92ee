"""What a reader has to say about a source besides its content: told in the report of a build, never guessed over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Sentences, and counts of what was left out by why."""

    said: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def say(self, sentence: str) -> None:
        """Add a sentence, once."""
        if sentence not in self.said:
            self.said.append(sentence)

    def count(self, what: str, number: int = 1) -> None:
        """Count something that was left out or changed."""
        if number:
            self.counts[what] += number

    def lines(self) -> list[str]:
        """Return everything as sentences."""
        return [*self.said, *(f"{number:,} {what}" for what, number in self.counts.most_common())]
