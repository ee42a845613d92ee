"""What a run over a sample is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import UserError

FEWEST_REPLICATIONS = 2
"""With fewer a draw's own chance cannot be told from what the parameters do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``--posterior`` and ``--posterior-file``."""

    draws: int
    file: Path | None = None


def check_asked(
    draws: int | None, file: Path | None, replications: int, refused: Mapping[str, object]
) -> Asked | None:
    """Return what was asked of the sample, None if nothing was. ``refused`` are options that do not go with it.

    Raises UserError.
    """
    if draws is None:
        if file is not None:
            msg = "--posterior-file names a sample; say how many parameter sets of it with --posterior, such as 20."
            raise UserError(msg)
        return None
    for option, value in refused.items():
        if value is not None:
            msg = f"--posterior and {option} exclude each other: leave one of them out."
            raise UserError(msg)
    if replications < FEWEST_REPLICATIONS:
        msg = (
            f"--posterior needs --replications {FEWEST_REPLICATIONS} or more: with one replication a parameter "
            "set, chance cannot be told from what the parameters do."
        )
        raise UserError(msg)
    return Asked(draws, file)
