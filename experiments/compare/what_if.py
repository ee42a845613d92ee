"""``turnout what-if``: change a scenario by verbs, compare it with its base, keep it as a file if wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.compare.asked import Asked, show_comparison
from experiments.compare.study import compare_scenarios
from experiments.compare.write import check_out
from experiments.errors import UserError
from experiments.execution import model
from experiments.presentation.changed_fields import changed_fields
from experiments.presentation.progress import progress_bar
from experiments.presentation.terminal import console
from scenarios.changes import About, apply_texts, example_of, save_option
from scenarios.loading.faults import ScenarioError
from scenarios.schema.scenario import Scenario

Verb = Sequence[tuple[str, str]]


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
    check_out(asked.out)
    if not question.verbs:
        such = f"--close {example_of('close')}"
        msg = f"nothing is changed. Give a verb, such as {such}; `turnout what-if --help` lists them."
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


def _tell(base: Scenario, option: Scenario, saved: Path | None) -> None:
    """Say in a few lines what was changed, as a planner would check it."""
    to = console()
    to.print(f"Base: {base.title}. Changed:", markup=False)
    for line in changed_fields(base, option):
        to.print(f"  {line}", markup=False, highlight=False)
    if saved is not None:
        to.print(f"Saved as {saved}.", soft_wrap=True, markup=False)
