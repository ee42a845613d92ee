"""The cover desk of the control room: carries out the cover moves that the policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.control import Control
    from sim.roster import Roster


class CoverDesk:
    """Cover moves of one replication."""

    def __init__(self, control: Control, roster: Roster) -> None:
        """Start with nothing moved."""

    def start(self) -> None:
        """Start the reviews that the roster causes."""

    def changed(self) -> None:
        """Something left or came home: look at the cover after the policy's delay."""

    def sent_away(self, unit: int) -> None:
        """An appliance on a cover move has been sent to an incident."""
