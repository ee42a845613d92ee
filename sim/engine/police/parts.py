"""The parts of the incidents that the police attend: what one unit is to do at an incident.

A part is numbered ``PARTS × row + number``: 0 the first unit's, 1 the second's. It keeps its grade and its age however
often it changes hands; what remains of it stands in lists by part.
"""

from __future__ import annotations

from sim.decisions.police_dispatch import ANY_RESPONSE, kind_of_part
from sim.draws.incidents import Incidents
from sim.draws.police.incidents import PARTS, PoliceDraws
from sim.engine.police.queue import Age
from sim.world.fire import World
from sim.world.police import Police


class Parts:
    """What each part asks for, and what remains of it."""

    def __init__(self, world: World, police: Police, incidents: Incidents, draws: PoliceDraws) -> None:
        """Start with everything still to be done."""
        self.cell: list[int] = incidents.cell.tolist()  # by row
        self.grade: list[int] = draws.grade.tolist()  # by row
        self.opened_min: list[float] = draws.open_min.tolist()  # by row
        self.scene_min: list[float] = (
            draws.scene_min.ravel().tolist()
        )  # by part: still to be spent at the scene
        self.officers = [0] * len(self.scene_min)  # by part: still to come with it
        self.officers[::PARTS] = draws.officers.tolist()
        self.kind = [-1] * len(self.scene_min)  # by part
        self.capability = [ANY_RESPONSE] * len(self.scene_min)  # by part
        self._asked: list[list[int]] = police.demand.capability.tolist()
        self._type: list[int] = incidents.type.tolist()
        self._district: list[int] = police.district_of_cell.tolist()
        self._numbers = len(world.capability_names), len(police.district_names)

    def open(self, row: int) -> int:
        """Return the first part of an incident that is open for assignment."""
        part = row * PARTS
        self._ask(part, self._asked[self._type[row]][self.grade[row]])
        return part

    def following(self, part: int, officers: int) -> int:
        """Return the part that brings the officers whom a unit does not bring: any response unit will do."""
        number = min(part % PARTS + 1, PARTS - 1)
        following = part // PARTS * PARTS + number
        self._ask(following, ANY_RESPONSE)
        self.officers[following] = officers
        return following

    def _ask(self, part: int, capability: int) -> None:
        row = part // PARTS
        capabilities, districts = self._numbers
        self.capability[part] = capability
        self.kind[part] = kind_of_part(
            self.grade[row], capability, self.district(row), capabilities=capabilities, districts=districts
        )

    def district(self, row: int) -> int:
        """Return the policing district of an incident, −1 for none."""
        return self._district[self.cell[row]]

    def age(self, part: int) -> Age:
        """Return a part's place in the order of age."""
        return self.opened_min[part // PARTS], part
