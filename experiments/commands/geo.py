"""``turnout geo``: geographies made from files, checked, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Out, Workers

app = typer.Typer(no_args_is_help=True, help="Maps of your own: roads, areas and stations from files.")


@app.command("build", short_help="A map from a recipe (GEO.toml) and the files it names.")
def build(
    recipe: Annotated[Path, typer.Argument(help="What the map is made from (TOML).")],
    speeds_of: Annotated[
        str | None,
        typer.Option(
            "--for", help="Scenario for whose speeds ways are worked out now; others when they are asked for."
        ),
    ] = None,
    workers: Workers = 1,
    out: Out = None,
) -> None:
    """Make the folder of a map that scenarios name; of the same files it is made once."""
    from experiments.geography.build import Settings, build_map
    from experiments.geography.text import print_built
    from experiments.presentation.terminal import console

    built = build_map(Settings(recipe, out, speeds_of, workers), console(error=True).print)
    print_built(built, console())


@app.command("check", short_help="What looks wrong with a map.")
def check(folder: Annotated[Path, typer.Argument(help="Folder of a map.")]) -> None:
    """Look for parts that are not connected, places far from roads, odd speeds and lengths."""
    from experiments.geography.check import check_map
    from experiments.geography.text import print_check
    from experiments.presentation.terminal import console

    print_check(*check_map(folder), console())


@app.command("compare", short_help="The same journeys on two maps.")
def compare(
    first: Annotated[str, typer.Argument(help="Folder of a map, or a scenario.")],
    second: Annotated[str, typer.Argument(help="Another.")],
    speeds_of: Annotated[
        str | None, typer.Option("--for", help="Scenario whose speeds are driven; default: one of the two.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="Of the choice of places.")] = 1,
) -> None:
    """Drive from the stations to some places, by their people, on both maps."""
    from experiments.geography.compare import compare_maps
    from experiments.geography.text import print_comparison
    from experiments.presentation.terminal import console

    print_comparison(compare_maps(first, second, speeds_of=speeds_of, seed=seed), console())


@app.command("fetch", short_help="The road files of a service, and a recipe to go on from.")
def fetch(
    service: Annotated[str, typer.Argument(help="Of the catalogue: a county such as kent.")],
    out: Out = None,
) -> None:
    """Fetch OpenStreetMap extracts of a service's county and its neighbours'; goes on where it was stopped."""
    from experiments.geography.fetch import fetch_map
    from experiments.geography.text import print_got
    from experiments.presentation.terminal import console

    print_got(fetch_map(service, out, console(error=True).print), console())
