"""``turnout cache``: what is kept of maps between runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def cache(clear: Annotated[bool, typer.Option("--clear", help="Remove all of it.")] = False) -> None:
    """Say where maps are kept between runs, and how much; the next run makes again what is removed."""
    from experiments.execution.model import cache_folder
    from geo.cache import MOST_BYTES, prune, stored, user_cache_dir

    folder = cache_folder() or user_cache_dir()
    files = stored(folder)
    size = sum(size for _, size in files) / 1e6
    if clear:
        removed = prune(folder, 0)
        sys.stdout.write(f"{removed} of {len(files)} maps ({size:,.0f} MB) removed from {folder}.\n")
        return
    noun = "map" if len(files) == 1 else "maps"
    sys.stdout.write(
        f"{folder}: {len(files)} {noun}, {size:,.0f} MB. At most {MOST_BYTES / 1e6:,.0f} MB are kept, those used last; "
        "`turnout cache --clear` removes all.\n"
    )
