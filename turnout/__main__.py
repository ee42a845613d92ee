"""``python -m turnout``: the command line, where the command ``turnout`` is not on the path."""

from __future__ import annotations

from experiments.commands.start import main

if __name__ == "__main__":
    main()
