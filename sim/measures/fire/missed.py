"""Why was it missed? One cause for every incident that misses a standard, by a written counterfactual rule.

The rule. An incident misses when its first pump comes later than the threshold T by the standard's clock,
or never. Let *h* be its call handling and *H* the median; on a clock that starts at mobilisation handling
counts for nothing. For every pump *v* of the fleet (neighbours' too where they help) let
A(v) = h + typical turnout of its crewing at that hour + the incident's traffic × travel from its own station,
its attendance had it been fully crewed and at home; G is the set of pumps with A(v) ≤ T, and the *quickest*
is the one with the least A(v); among equals one that was free goes before one committed, and that before
one off the run. The decision falls when the call has been handled. The first of these that holds is the
cause:

1. *mobilising failure*: an alert to a pump failed, and either control's estimate would have brought that
   pump within T, or the pump that came first was its replacement and would have been within T without the
   time lost.
2. *call handling*: G is empty, but with H in place of a longer h it would not be.
3. *distance*: G is empty: no station could have made it even fully crewed.
4. *call handling*: with H in place of a longer h, the pump that came first would have been within T.
5. *turnout*: with the typical turnout in place of its longer one, the pump that came first would have been
   within T.
6. *off the run*: the quickest of G had no crew or was at workshops.
7. *busy*: the quickest of G was committed, returning, or on standby elsewhere; or it stood at home but was
   not sent, while another appliance of its own pool of people was out; or nothing came at all.
8. Otherwise the quickest of G was free, and the pump that came was late by its own scatter: the largest of
   what it lost on handling (call handling), on turnout (turnout), and on a journey longer than control
   reckoned (distance).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.log.tables import Log
from sim.measures.fire.evidence import Evidence, gather
from sim.measures.fire.select import View, standard_scope, view
from sim.measures.timeline import AWAY, OFF_THE_RUN, Timeline
from sim.world.codes import Cause
from sim.world.fire import F64, I8, I64, World
from sim.world.standards import Standard

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Misses:
    """The incidents that miss one standard, a row each, in the order of the log; arrays (m,).

    ``unit`` is the quickest pump that would have made it, −1 where none would; ``would_be_min`` its attendance
    by the standard's clock (of the quickest pump of all, where none would have made it).
    """

    standard: Standard
    counted: int  # incidents that the standard counts
    row: I64  # incident row
    cause: I8  # Cause
    attendance_min: F64  # NaN: no pump came
    unit: I64
    would_be_min: F64
    state: I8  # State of ``unit`` at the decision; HOME where there is none

    def shares(self) -> dict[str, float]:
        """Return each cause's share of the misses; NaN where there are none."""
        count = np.bincount(self.cause, minlength=len(Cause))
        total = int(count.sum())
        return {cause.name.lower(): float(count[cause]) / total if total else float("nan") for cause in Cause}


def _causes(found: Evidence) -> I8:
    """Apply the rule: the first that holds, in its order."""
    limit, best, late = found.limit_min, found.best_min, found.late_min
    handling, turnout, journey = found.handling_excess_min, found.turnout_excess_min, found.journey_excess_min
    largest = np.stack((journey, turnout, handling)).argmax(axis=0)
    scatter = np.array([Cause.DISTANCE, Cause.TURNOUT, Cause.CALL_HANDLING], dtype=np.int8)[largest]
    busy = np.isin(found.state, AWAY) | found.crew_out | ~found.came
    rule = (
        (found.failed, Cause.MOBILISING_FAILURE),
        (~found.reachable & (best - handling <= limit), Cause.CALL_HANDLING),
        (~found.reachable, Cause.DISTANCE),
        (found.came & (late - handling <= limit), Cause.CALL_HANDLING),
        (found.came & (late - turnout <= limit), Cause.TURNOUT),
        (np.isin(found.state, OFF_THE_RUN), Cause.OFF_THE_RUN),
        (busy, Cause.BUSY),
    )
    causes = [np.int8(cause) for _, cause in rule]
    return np.select([holds for holds, _ in rule], causes, scatter).astype(np.int8)


def classify(seen: View, standard: Standard, timeline: Timeline) -> Misses:
    """Give every incident that misses ``standard`` its one cause.

    Raises:
        ValueError: the standard is not a share within a threshold of the first pump; only such a standard can
            be missed by an incident on its own.
    """
    if standard.statistic != "share_within" or standard.unit_order != 1 or not standard.threshold_s:
        raise ValueError(
            f"standard {standard.key!r} is a {standard.statistic} for pump {standard.unit_order}: causes are "
            "given for a share of first pumps within a threshold; choose such a standard"
        )
    blocks = gather(seen, standard, timeline)

    def column(part: Callable[[Evidence], NDArray[Scalar]]) -> NDArray[Scalar]:
        return np.concatenate([part(block) for block in blocks])

    return Misses(
        standard=standard,
        counted=int(np.count_nonzero(standard_scope(seen, standard)[0])),
        row=column(lambda block: block.row),
        cause=column(_causes),
        attendance_min=column(lambda block: block.late_min),
        unit=column(lambda block: block.unit),
        would_be_min=column(lambda block: block.best_min),
        state=column(lambda block: block.state),
    )


def why_missed(world: World, log: Log, standard: Standard) -> Misses:
    """Give every incident of ``log`` that misses ``standard`` its one cause; see the module for the rule."""
    return classify(view(world, log), standard, Timeline(log))


def missed_values(misses: Misses | None) -> dict[str, float]:
    """Return ``missed.<cause>`` as shares of the misses and ``missed.count``; NaN without a standard to
    miss.
    """
    if misses is None:
        undefined = float("nan")
        return {f"missed.{cause.name.lower()}": undefined for cause in Cause} | {"missed.count": undefined}
    return {f"missed.{name}": share for name, share in misses.shares().items()} | {
        "missed.count": float(misses.row.size)
    }
