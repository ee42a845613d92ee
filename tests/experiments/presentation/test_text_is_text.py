"""Text of a user is text: no markup, no escape sequences, no formulas."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from experiments.presentation.spreadsheet import csv_table
from experiments.presentation.terminal import console, new_table
from scenarios.loading.load import check_scenario, load_scenario

MARKUP = ["[/b]", "[bold]x[/bold]", "[red]", "a [link=x]y[/link]", ":smiley:", "[", "]"]


@pytest.mark.parametrize("text", MARKUP)
def test_brackets_are_shown_as_they_are(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = new_table()
    table.add_column(text)
    table.add_row(text)
    to = console()
    to.print(text, style="bold")
    to.print(table)
    assert capsys.readouterr().out.count(text) == 3


@pytest.mark.parametrize("field", ["title", "question", "source"])
@pytest.mark.parametrize("code", [0x1B, 0x07, 0x00, 0x08, 0x7F, 0x9B, 0x202E])
def test_escape_sequences_are_refused_where_they_stand(tmp_path: Path, field: str, code: int) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'extends = "baseline"\n{field} = "a\\u{code:04x}[31mred"\n', encoding="utf-8")
    (fault,) = check_scenario(str(file))
    assert (fault.where, "control character" in fault.problem) == (field, True)
    assert chr(code) not in str(fault)


@pytest.mark.parametrize("text", MARKUP)
def test_a_title_with_brackets_is_a_title(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'extends = "baseline"\ntitle = "{text}"\n', encoding="utf-8")
    assert load_scenario(file).title == text


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-x", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_table(["name", "value"], [[text, -1.5], ["-2.5", None]]))))
    assert rows == [["name", "value"], [f"'{text}", "-1.5"], ["-2.5", ""]]
