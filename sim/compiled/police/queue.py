"""Parts of incidents that wait for a police unit: ``sim.engine.police.queue``.

The parts of a kind are a pairing heap by age, so that a queue of any length costs little: the oldest is its root, and
each part's oldest ``child`` and next ``sibling`` stand with it.
"""

from __future__ import annotations

from sim.compiled import layout as at
from sim.compiled.kernel import kernel
from sim.compiled.memory import Memory, kinds_at, parts_at, rows_at
from sim.draws.police import incidents

PARTS = incidents.PARTS


@kernel
def older(m: Memory, one: int, other: int) -> bool:
    """Return whether a part is served before another of the same grade: by age, then as they are counted."""
    rows = rows_at(m, at.ROWS)
    mine, theirs = rows[one // PARTS]["open_min"], rows[other // PARTS]["open_min"]
    return bool(mine < theirs or (mine == theirs and one < other))


@kernel
def put_in_queue(m: Memory, kind: int, part: int) -> None:
    """Let a part wait, at its age."""
    parts, kinds = parts_at(m, at.PARTS), kinds_at(m, at.KINDS)
    parts[part]["child"] = parts[part]["sibling"] = at.NONE
    kinds[kind]["root"] = part if kinds[kind]["root"] < 0 else _meld(m, kinds[kind]["root"], part)
    m[at.POLICE_WAITING] += 1


@kernel
def _meld(m: Memory, one: int, other: int) -> int:
    """Put the younger of two below the older; return the older."""
    parts = parts_at(m, at.PARTS)
    if older(m, other, one):
        one, other = other, one
    parts[other]["sibling"] = parts[one]["child"]
    parts[one]["child"] = other
    return one


@kernel
def take_oldest(m: Memory, kind: int) -> None:
    """Take the oldest part of a kind out."""
    parts, kinds = parts_at(m, at.PARTS), kinds_at(m, at.KINDS)
    part = parts[kinds[kind]["root"]]["child"]
    pairs = at.NONE
    while part >= 0:  # in pairs, from the first to the last
        other = parts[part]["sibling"]
        if other < 0:
            parts[part]["sibling"] = pairs
            pairs = part
            break
        following = parts[other]["sibling"]
        pair = _meld(m, part, other)
        parts[pair]["sibling"] = pairs
        pairs = pair
        part = following
    root = at.NONE
    while pairs >= 0:  # and together, from the last to the first
        following = parts[pairs]["sibling"]
        parts[pairs]["sibling"] = at.NONE
        root = pairs if root < 0 else _meld(m, root, pairs)
        pairs = following
    kinds[kind]["root"] = root
    m[at.POLICE_WAITING] -= 1
