"""The terminal: a console of 80 columns and tables in the house style."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

WIDTH = 80


def console(*, error: bool = False) -> Console:
    """Return a console for standard output or error; never wider than 80 columns' tables need.

    Titles and names are a user's: brackets and colons in them are text, no markup.
    """
    return Console(stderr=error, highlight=False, soft_wrap=False, markup=False, emoji=False)


def new_table() -> Table:
    """Return a table in the house style."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
