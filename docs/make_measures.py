"""Write the tables of names in ``docs/measures.md`` and ``docs/measures_police.md`` from the definitions.

``python docs/make_measures.py`` (or ``make docs``). Names that differ in one part only stand in one row: what
differs in their definitions stands in brackets, in the order of the names. A test says when a page is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from sim.measures.definitions import DEFINITIONS
from sim.measures.fire.catalogue import Definition
from sim.measures.police.catalogue import PoliceNames, police_definitions
from sim.measures.police.catalogue_work import joint_definitions

DOCS = Path(__file__).resolve().parent
BEGIN, END = "<!-- table: written by docs/make_measures.py -->\n", "<!-- end of table -->\n"


def pages() -> dict[Path, list[Definition]]:
    """Return the definitions that each page tells of."""
    police = [*police_definitions(PoliceNames(("‹grade›",), ("‹crime›",))), *joint_definitions()]
    return {DOCS / "measures.md": list(DEFINITIONS.values()), DOCS / "measures_police.md": police}


def table(rows: Sequence[Definition]) -> str:
    """Return the table of names, and below it what its letters leave out."""
    letters: dict[str, str] = {}
    for row in rows:
        for left_out in filter(None, row.exclusions.split("; ")):
            letters.setdefault(left_out, chr(ord("a") + len(letters)))
    lines = ["| Name | Unit | Clock | Definition | Left out |", "|---|---|---|---|---|"]
    for together in _together(rows):
        first = together[0]
        out = " ".join(letters[each] for each in filter(None, first.exclusions.split("; ")))
        lines.append(
            f"| {_names(together)} | {first.unit} | {first.clock} | {_text([r.text for r in together])} | {out} |"
        )
    told = "; ".join(f"**{letter}** {left_out}" for left_out, letter in letters.items())
    return "\n".join([*lines, "", f"Left out: {told}.", ""])


def _together(rows: Sequence[Definition]) -> Iterator[list[Definition]]:
    """Yield runs of neighbours that differ in one part of the name and at most half of the definition."""
    run = [rows[0]]
    for before, row in pairwise(rows):
        if _alike(before, row) and _alike(run[0], row):
            run.append(row)
        else:
            yield run
            run = [row]
    yield run


def _alike(one: Definition, other: Definition) -> bool:
    if (one.unit, one.clock, one.exclusions) != (other.unit, other.clock, other.exclusions):
        return False
    names, texts = (one.name.split("."), other.name.split(".")), (one.text.split(), other.text.split())
    if len(names[0]) != len(names[1]) or sum(a != b for a, b in zip(*names, strict=True)) != 1:
        return False
    shared = sum(_shared(texts))
    return max(len(words) for words in texts) <= 2 * shared


def _shared(texts: Sequence[list[str]]) -> tuple[int, int]:
    """Return how many words all texts have in common at their beginning, and at their end."""
    shortest = min(len(words) for words in texts)
    start = next((k for k in range(shortest) if len({words[k] for words in texts}) > 1), shortest)
    end = next(
        (k for k in range(shortest - start) if len({words[-1 - k] for words in texts}) > 1), shortest - start
    )
    return start, end


def _names(rows: Sequence[Definition]) -> str:
    parts = list(zip(*(row.name.split(".") for row in rows), strict=True))
    others = next((part for part in parts if len(set(part)) > 1), ("",))[1:]
    return ", ".join([f"`{rows[0].name}`", *(f"`{part}`" for part in others)])


def _text(texts: Sequence[str]) -> str:
    words = [text.split() for text in texts]
    if len(words) == 1:
        return texts[0]
    start, end = _shared(words)
    different = [" ".join(each[start : len(each) - end]) or "–" for each in words]
    parts = [
        *words[0][:start],
        "[" + " / ".join(key for key, _ in groupby(different)) + "]",
        *words[0][len(words[0]) - end :],
    ]
    return " ".join(parts)


def filled(page: str, rows: Sequence[Definition]) -> str:
    """Return the page with its table."""
    first, last = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:first] + table(rows) + "\n" + page[last:]


def main() -> None:
    """Write both pages."""
    for path, rows in pages().items():
        path.write_text(filled(path.read_text(encoding="utf-8"), rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
