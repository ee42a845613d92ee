"""``turnout what-if``: change a scenario by verbs, compare it with its base, keep it as a file if wanted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.errors import UserError

if TYPE_CHECKING:
    from experiments.compare.command import Asked

Verb = Sequence[tuple[str, str]]
_PANEL = "Verbs (repeat and combine them)"


def _verb(shape: str, told: str) -> Any:
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
        int | None, typer.Option(min=2, help="How many times each is simulated; default 10.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help='Until the difference is this sure: "within_15=0.3".')
    ] = None,
    most: Annotated[int, typer.Option(min=5, help="Ceiling on replications with --precision.")] = 200,
    years: Annotated[float | None, typer.Option(min=0.0, max=100.0, help="Length of a replication.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all chance.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; figures do not depend on it.")] = 1,
    by: Annotated[str | None, typer.Option(help="Also who gains and loses: district or cell.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every measure, not only the first.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the comparison's tables and map.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|json", help="How to print.")] = "table",
) -> None:
    """Change a scenario in a few words, and see what it does against the base on the same incidents and crews.

    For instance: turnout what-if --close Tollesbury --add-pump Witham:on_call
    """
    from experiments.compare.command import Asked

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
    if replications is not None and precision is not None:
        msg = "--replications and --precision exclude each other: give one of them."
        raise UserError(msg)
    if form not in ("table", "json"):
        msg = f'--format "{form}": give table or json.'
        raise UserError(msg)
    asked = Asked(
        replications=replications or 10,
        precision=precision,
        most=most,
        years=years,
        seed=seed,
        workers=workers,
        by=by,
        out=out,
        every=every,
        as_json=form == "json",
    )
    verbs = [(verb, text) for verb, texts in typed.items() for text in texts or ()]
    answer(Question(base, verbs, save, force, simulate), asked)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be changed, and whether to keep it."""

    base: str
    verbs: Verb
    save: Path | None = None
    force: bool = False
    simulate: bool = True


def answer(question: Question, asked: Asked) -> None:
    """Make the changes, save them where asked, and print base against option.

    Raises UserError for what the user can mend: faults of the changes (all together), or no change at all.
    """
    from experiments.compare.command import show_comparison
    from experiments.compare.comparison import compare_scenarios
    from experiments.compare.write import check_out
    from experiments.execution import model
    from experiments.presentation.progress import progress_bar
    from scenarios.changes import About, apply_texts, save_option
    from scenarios.loading.faults import ScenarioError

    check_out(asked.out)
    if not question.verbs:
        msg = "nothing is changed. Give a verb, such as --close Tollesbury; `turnout what-if --help` lists them."
        raise UserError(msg)
    settings = asked.settings()
    base = model.load(question.base)
    try:
        about = About(name=_name_of(question.save)) if question.save is not None else None
        option = apply_texts(base, question.verbs, about)
        model.build(option)  # what people cannot give shows here: a faulty option is not saved
        if question.save is not None:
            save_option(question.save, question.base, base, option, force=question.force)
    except ScenarioError as faults:
        raise UserError(str(faults)) from faults
    if not asked.as_json:
        _tell(base, option, question.save)
    if not question.simulate:
        return
    with progress_bar(shown=not asked.as_json) as progress:
        comparison = compare_scenarios(base, [option], settings, progress)
    show_comparison(comparison, asked)


def _name_of(path: Path) -> str:
    """Return the name that a saved option has: its file's, as far as a name may be."""
    return re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_") or "option"


def _tell(base: Any, option: Any, saved: Path | None) -> None:
    """Say in a few lines what was changed, as a planner would check it."""
    from experiments.presentation.terminal import console

    to = console()
    to.print(f"Base: {base.title}. Changed:", markup=False)
    for line in differences(base, option):
        to.print(f"  {line}", markup=False, highlight=False)
    if saved is not None:
        to.print(f"Saved as {saved}.", soft_wrap=True, markup=False)


_LONGEST_LISTING = 12
_MANY_CORE = 4


def differences(base: Any, option: Any) -> list[str]:
    """Return the fields that differ, one a line as ``path: before → after``; the first twelve of them."""
    before, after = base.model_dump(mode="json"), option.model_dump(mode="json")
    core = _core_line(before, after)
    for name in ("name", "title", "question", "source"):
        before.pop(name), after.pop(name)
    lines = [*core, *_differing(before, after, ())]
    rest = len(lines) - _LONGEST_LISTING
    return lines if rest <= 0 else [*lines[:_LONGEST_LISTING], f"… and {rest} more"]


def _core_line(before: Any, after: Any) -> list[str]:
    """Return one line for many core stations that change, and take them out of both."""
    sides = [[key for key, each in side["stations"].items() if each["core"]] for side in (before, after)]
    changed = set(sides[0]) ^ set(sides[1])
    if len(changed) < _MANY_CORE:
        return []
    for side in (before, after):
        for each in side["stations"].values():
            del each["core"]
    names = ", ".join(f"{after['stations'][key]['name']} ({key})" for key in sides[1]) or "none"
    return [f"core stations: {len(sides[0])} → {len(sides[1])}: {names}"]


def _differing(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[str]:
    for key in [*before, *(key for key in after if key not in before)]:
        here = (*path, key)
        shown = ".".join(here)
        if key not in after:
            yield f"{shown}: gone"
        elif key not in before:
            new = after[key]
            told = ", ".join(
                str(new[n]) for n in ("name", "station", "crewing") if isinstance(new, dict) and n in new
            )
            yield f"{shown}: new" + (f" ({told})" if told else "")
        elif isinstance(before[key], dict) and isinstance(after[key], dict):
            yield from _differing(before[key], after[key], here)
        elif before[key] != after[key]:
            yield f"{shown}: {_short(before[key])} → {_short(after[key])}"


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) and math.isfinite(value) else str(value)
