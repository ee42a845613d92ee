"""The manifest of a geography: what it is and what it is made from. Light: whatever loads a scenario reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from geo.errors import Fault, GeoDataError
from geo.plain_files import read_plain

MANIFEST, MATRICES = "manifest.json", "matrices"
FORMAT = 1
"""Raise it when the meaning of a file changes."""

Json = dict[str, Any]


def read_manifest(folder: Path) -> Json:
    """Return the manifest of a geography. Raises GeoDataError: no geography there, or of another form."""
    try:
        content = json.loads(read_plain(folder / MANIFEST))
        if not isinstance(content, dict):
            raise ValueError("no object")
    except (OSError, ValueError, RecursionError) as fault:
        why = getattr(fault, "strerror", None) or fault
        remedy = f"is no geography ({why}); make one with `turnout geo build GEO.toml`"
        raise GeoDataError(folder, [Fault(MANIFEST, "", "", remedy)]) from None
    if content.get("format") != FORMAT:
        remedy = "was made by another version of Turnout; make it again with `turnout geo build`"
        raise GeoDataError(folder, [Fault(MANIFEST, "format", str(content.get("format")), remedy)])
    return content


def told_sources(sources: list[dict[str, str]]) -> list[str]:
    """Return what is to be said of publishers and licences of sources, each once."""
    told = []
    for source in sources:
        said, publisher, licence = (source.get(name, "") for name in ("attribution", "publisher", "licence"))
        parts = (said, publisher if publisher not in said else "", licence if licence not in said else "")
        line = ", ".join(part for part in parts if part)
        if line and line not in told:
            told.append(line)
    return told
