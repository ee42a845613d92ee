"""``turnout what-if``: its options, a verb each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    MOST,
    ComparisonOut,
    Days,
    EngineOption,
    EveryMeasure,
    Format,
    FormatOption,
    Most,
    Seed,
    Workers,
    Years,
    count_or_precision,
)
from experiments.execution import engines
from experiments.execution.documents import Untyped

_PANEL = "Verbs (repeat and combine them)"


def _verb(shape: str, told: str) -> Untyped:
    return typer.Option(metavar=shape, help=told, rich_help_panel=_PANEL)


def what_if(
    base: Annotated[str, typer.Argument(metavar="[BASE]", help="Scenario to change.")] = "baseline",
    close: Annotated[
        list[str] | None, _verb("STATION", "Close a station, by code or name, with its pumps.")
    ] = None,
    add_pump: Annotated[
        list[str] | None, _verb("STATION:CREWING", "Post another pump: wholetime, day_crewed, on_call.")
    ] = None,
    remove_pump: Annotated[
        list[str] | None, _verb("APPLIANCE", "Take one appliance away, such as E25P2.")
    ] = None,
    crewing: Annotated[
        list[str] | None, _verb("STATION=CREWING", "Crew a station, or one appliance, in another way.")
    ] = None,
    move: Annotated[
        list[str] | None, _verb("STATION=PLACE", "Move a station to a settlement, or to LAT,LON.")
    ] = None,
    new_station: Annotated[
        list[str] | None, _verb("NAME@PLACE:CREWING", "Open a station with one pump (or wholetime+on_call).")
    ] = None,
    availability: Annotated[
        list[str] | None, _verb("GROUP=+5pt", "Of on_call, wholetime, day_crew, a station; or =84%.")
    ] = None,
    core: Annotated[list[str] | None, _verb("A,B,C|none", "Make these the core stations, no others.")] = None,
    cover: Annotated[
        list[str] | None, _verb("POLICY", "Cover moves: none, core_stations, dynamic, people.")
    ] = None,
    demand: Annotated[
        list[str] | None, _verb("TYPE=x1.2", "Multiply the calls of a type, a group, or all.")
    ] = None,
    attend_afa: Annotated[
        list[str] | None, _verb("SHARE", "Attend this share of automatic fire alarms: 60%.")
    ] = None,
    units: Annotated[
        list[str] | None, _verb("[WHOM=]+10%", "Police cars on duty: all, a district, a shift, night.")
    ] = None,
    grades: Annotated[list[str] | None, _verb("SCHEME", "Police grades: force, national.")] = None,
    abstraction: Annotated[
        list[str] | None, _verb("SHARE|WINDOW=on|off", "Police cars away: 12% every day, or cop26=off.")
    ] = None,
    control_delay: Annotated[
        list[str] | None, _verb("x0.5", "Multiply the police control room's delay.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Set any field by its path.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the changed scenario as a file (TOML).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --save replace a file.")] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate/--no-simulate", help="Only check and save the changes.")
    ] = True,
    replications: Annotated[
        int | None, typer.Option(min=2, max=MOST, help="How many times each is simulated; default 10.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help='Until the difference is this sure: "within_15=0.3".')
    ] = None,
    most: Most = 200,
    years: Years = None,
    days: Days = None,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineOption = None,
    by: Annotated[str | None, typer.Option(help="Also who gains and loses: district or cell.")] = None,
    every: EveryMeasure = False,
    out: ComparisonOut = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Change a scenario in a few words, and see what it does against the base on the same incidents and crews.

    For instance: turnout what-if --close STATION --add-pump STATION:on_call
    """
    from experiments.compare.asked import Asked
    from experiments.compare.what_if import Question, answer

    engines.use(engine, engines.Engine.COMPILED)
    typed = {
        "close": close,
        "add-pump": add_pump,
        "remove-pump": remove_pump,
        "crewing": crewing,
        "move": move,
        "new-station": new_station,
        "availability": availability,
        "core": core,
        "cover": cover,
        "demand": demand,
        "attend-afa": attend_afa,
        "units": units,
        "grades": grades,
        "abstraction": abstraction,
        "control-delay": control_delay,
        "set": set_,
    }
    count_or_precision(replications, precision)
    asked = Asked(
        replications=replications or 10,
        precision=precision,
        most=most,
        years=years,
        days=days,
        seed=seed,
        workers=workers,
        by=by,
        out=out,
        every=every,
        as_json=form is Format.JSON,
    )
    verbs = [(verb, text) for verb, texts in typed.items() for text in texts or ()]
    answer(Question(base, verbs, save, force, simulate), asked)
