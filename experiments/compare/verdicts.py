"""Verdicts in a few words, for the cells of a table."""

from __future__ import annotations

from experiments.statistics.paired import Verdict

SHORT_VERDICT = {
    Verdict.NONE: "no difference",
    Verdict.TOO_FEW: "too few",
    Verdict.UNDEFINED: "not defined",
}


def short_verdict(verdict: Verdict, *, slight: bool = False, needed: int | None = None) -> str:
    """Return the verdict in a few words; the notes under the tables explain them."""
    text = SHORT_VERDICT.get(verdict, str(verdict))
    if verdict is Verdict.TOO_FEW and needed:
        return f"{text}: {needed:,}"
    return f"{text}, slight" if slight else text
