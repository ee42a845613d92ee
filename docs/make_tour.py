"""Write the README's five-minute tour with what the commands really print.

``python docs/make_tour.py`` runs every command of ``TOUR`` in an empty folder, in a terminal of 80 columns, and puts
the text between the two ``tour`` marks of the README. The digest at the end of a folder's name, which changes with
every line of the program, is left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKS = ("<!-- tour: written by docs/make_tour.py -->\n", "<!-- end of the tour -->\n")
LONGEST = 48

WHAT_IF = """\
extends = "baseline"
name = "on-call-90"
title = "On-call crews available 90% of the time"

[on_call]
availability = 0.90
"""

RUN = """\
Five simulated years of the county as it was, next to what the service reported and to its standards. The intervals
are over the five years:"""

CHANGE = f"""\
What if? A scenario file says only what is different. With the same seed it meets the same incidents. Save this as
`what-if.toml`:

```toml
{WHAT_IF}```

and run it:"""

POLICE = """\
The police of the same county, on the same roads: the thirteen months of the force's published response times."""

TOUR = (
    (RUN, "turnout run"),
    ("Where is it slow? Every figure can be broken down:", "turnout show --by crewing"),
    ("Which incidents were missed, and why?", "turnout trace --missed --most 5"),
    ("What happened at one of them:", "turnout trace worst"),
    (CHANGE, "turnout run what-if.toml"),
    (POLICE, "turnout run police-baseline --replications 2"),
)
"""What is said, and the command that answers."""


def output(command: str, folder: Path) -> str:
    """Return what a command prints, without the spaces at the ends of its lines."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    arguments = [sys.executable, "-m", "experiments.commands.cli", *command.split()[1:]]
    done = subprocess.run(  # noqa: S603 - our own commands
        arguments, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    lines = [re.sub(r"(runs/\S+)-[0-9a-f]{8}\b", r"\1-…", line.rstrip()) for line in done.stdout.splitlines()]
    return "\n".join(lines[:LONGEST] + (["…"] if len(lines) > LONGEST else []))


def tour() -> str:
    """Run the tour and return it as it stands in the README, marks and all."""
    parts = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "what-if.toml").write_text(WHAT_IF, encoding="utf-8")
        for text, command in TOUR:
            parts.append(f"{text}\n\n```console\n$ {command}\n{output(command, folder)}\n```\n")
    return MARKS[0] + "\n" + "\n".join(parts) + "\n" + MARKS[1]


def main() -> None:
    """Run the tour and put it into the README."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    readme.write_text(before + tour() + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
