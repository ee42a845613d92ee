"""What the commands on geographies print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.presentation.terminal import new_table
from geo.building.manifest import told_sources

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.geography.build import Built
    from experiments.geography.check import Finding
    from experiments.geography.compare import MapComparison
    from experiments.geography.fetch import Got


def print_built(built: Built, console: Console) -> None:
    """Print what was made of which files, and what a planner should know of it."""
    made = built.made
    counts, manifest = made.manifest["counts"], made.manifest
    console.print(manifest["title"])
    if not made.anew:
        console.print("It is there already, of the same files: nothing was read again.")
    table = new_table()
    table.add_column("What")
    table.add_column("How many", justify="right")
    for what, number in (
        ("road links, a link between two junctions", f"{counts['links']:,}"),
        ("  of links in the source", f"{counts['links_in_source']:,}"),
        ("  driven kilometres of road", f"{counts['km']:,.0f}"),
        ("nodes", f"{counts['nodes']:,}"),
        ("areas of the service", f"{counts['areas_inside']:,}"),
        ("  residents", f"{counts['population_inside']:,.0f}"),
        ("areas over the border", f"{counts['areas'] - counts['areas_inside']:,}"),
        ("stations, own", f"{counts['own_stations']:,}"),
        ("stations, neighbours'", f"{counts['stations'] - counts['own_stations']:,}"),
    ):
        table.add_row(what, number)
    console.print(table)
    for note in manifest["notes"]:
        console.print(f"- {note}")
    for line in told_sources(manifest["sources"]):
        console.print(f"Source: {line}")
    console.print(f"\nWritten to {made.folder} in {built.seconds:.1f} s. Name it in a scenario file:")
    console.print(f'[geography]\nfolder = "{made.folder}"', soft_wrap=True)


def print_got(got: Got, console: Console) -> None:
    """Print what was fetched, what could not be had, and where a person finds the rest."""
    for each in got.files:
        state = "fetched" if each.anew else "there already"
        console.print(f"{each.path.name}: {each.bytes / 1e6:,.1f} MB, {state}, SHA-256 {each.sha256[:16]}…")
    for line in got.missing:
        console.print(f"Not fetched: {line}")
    for what, page in got.pages.items():
        console.print(f"{what[0].upper()}{what[1:]} are for you to get: {page}", soft_wrap=True)
    console.print(f"\nThen: turnout geo build {got.recipe}")


def print_check(title: str, findings: list[Finding], notes: list[str], console: Console) -> None:
    """Print what was looked at, and the worst of each."""
    console.print(title)
    table = new_table()
    table.add_column("Looked at", max_width=58)
    table.add_column("Odd", justify="right")
    table.add_column("Of", justify="right")
    for each in findings:
        table.add_row(each.what, f"{each.odd:,}", f"{each.of:,}")
    console.print(table)
    for each in findings:
        if each.note:
            console.print(f"{each.what[0].upper()}{each.what[1:]}: {each.note}.")
        for line in each.worst:
            console.print(f"  {line}")
    for note in notes:
        console.print(f"- {note}")


def print_comparison(found: MapComparison, console: Console) -> None:
    """Print how the same journeys differ between two maps."""
    first, second = found.names
    count = found.minutes.shape[1]
    console.print(
        f"{count:,} journeys from {found.starts} stations to {found.targets} places of {first}, off-peak,"
    )
    console.print("on blue lights, each end a point. Minutes.")
    table = new_table()
    table.add_column("")
    for name in (first, second):
        table.add_column(name, justify="right")
    means = found.minutes.mean(axis=1)
    table.add_row("mean", *(f"{value:.2f}" for value in means))
    laws = [found.slope(which) for which in (0, 1)]
    table.add_row("seconds at no distance", *(f"{start:.0f}" for start, _ in laws))
    table.add_row("seconds a straight kilometre", *(f"{slope:.1f}" for _, slope in laws))
    console.print(table)
    low, lower, middle, upper, high = found.quantiles().tolist()
    console.print(f"{second} less {first}: half of the journeys differ by {lower:+.2f} to {upper:+.2f},")
    console.print(f"nine in ten by {low:+.2f} to {high:+.2f}; the middle one by {middle:+.2f}.")
    worst = new_table()
    for name in ("From", "To (E, N)", "Straight km", first, second):
        worst.add_column(name, justify="left" if name in ("From", "To (E, N)") else "right")
    for pair in found.worst:
        at = f"{pair.easting_m:.0f}, {pair.northing_m:.0f}"
        worst.add_row(pair.start, at, f"{pair.straight_km:.1f}", *(f"{value:.1f}" for value in pair.minutes))
    console.print("The largest differences:")
    console.print(worst)
