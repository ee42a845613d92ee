"""Generated scenario files, tables and verbs: what ``check`` passes runs, and what it refuses does not.

No status but 0 and 2, no fault of the program, no warning of a library on the terminal. The ordinary suite tries some
files, the long one hundreds.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.commands.cli import main
from scenarios.changes.parse import FORMS
from scenarios.loading.datasets import DATA
from scenarios.schema.field_table import schema_fields
from tests.scenarios.test_ends_of_fields import ends, numbers
from tests.scenarios.test_odd_values import ENTRIES, POLICE_ENTRIES

FEW = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
MANY = settings(FEW, max_examples=120)
RANGES = dict(numbers())
SLOW = ("calendar", "demand_factor", "geography")
"""Fields that make a run long, or another map: they have tests of their own."""


def fields() -> list[tuple[str, ...]]:
    """Every field, with real names for the entries."""
    found = []
    for path, *_ in schema_fields():
        parts = path.split(".")
        entries = POLICE_ENTRIES if parts[0] == "police" else ENTRIES
        found.append(tuple(entries[parts[i - 1]] if part == "*" else part for i, part in enumerate(parts)))
    return [
        path
        for path in found
        if not set(SLOW) & set(path) and path[0] not in ("scripted_incidents", "surges")
    ]


FIELDS = fields()
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(-3, 30), max_size=26),
    st.sampled_from(
        ["E44", "E10", "wholetime", "on_call", "all", "none", "nan", "²", "[b]", "\x1b[31m", "=1+1"]
    ),
)


def values(path: tuple[str, ...]) -> st.SearchStrategy[object]:
    """Values for a field: mostly within its range, sometimes anything."""
    if path not in RANGES:
        return ODD
    low, high = ends(RANGES[path])
    low, high = max(low, -1e9), min(high, 1e9)
    within = st.floats(low, high, allow_nan=False)
    return st.one_of(within, within.map(round), st.sampled_from([low, high]), ODD)


@st.composite
def scenario_files(draw: Callable[[st.SearchStrategy[object]], object]) -> dict[str, object]:
    """A file that extends a scenario of one or both services and changes some fields."""
    chosen = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True))
    police = any(path[0] == "police" for path in chosen)  # type: ignore[attr-defined]
    content: dict[str, object] = {
        "extends": "joint" if police else "uncalibrated",
        "geography": {"cell_size_m": 5000.0},
        "calendar": {"days": 1},
    }
    for path in chosen:  # type: ignore[attr-defined]
        inner: dict[str, object] = content
        for part in path[:-1]:
            known = inner.setdefault(part, {})
            inner = known if isinstance(known, dict) else inner
        inner[path[-1]] = draw(values(path))
    return content


def status_of(*words: str) -> tuple[int, str]:
    """Run a command in this process; return its status and what it said on standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("always")
        with pytest.raises(SystemExit) as ended:
            main(list(words))
    code = ended.value.code
    assert code in (None, 0, 2), err.getvalue()
    assert "fault of the program" not in err.getvalue()
    assert "Warning" not in err.getvalue()
    assert "\x1b" not in out.getvalue() + err.getvalue()
    return int(code or 0), err.getvalue()


def agree(file: Path, folder: Path) -> None:
    """Check and run must say the same of a file."""
    checked, why = status_of("scenario", "check", str(file))
    ran, told = status_of("run", str(file), "--replications", "1", "--out", str(folder / "out"))
    assert ran == checked, (why, told)
    assert (folder / "out").exists() == (ran == 0)


def write(folder: Path, content: dict[str, object]) -> Path:
    file = folder / "generated.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def try_scenario(content: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agree(write(Path(folder), content), Path(folder))


@FEW
@given(scenario_files())
def test_some_files(content: dict[str, object]) -> None:
    try_scenario(content)


@pytest.mark.long
@MANY
@given(scenario_files())
def test_many_files(content: dict[str, object]) -> None:
    try_scenario(content)


TABLES = sorted(path.name for path in (DATA / "essex").glob("*.csv") if not path.name.startswith("posterior"))
CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "nan", "inf", "1e300", "x", "E44", "true", "51.7", '"', ";", "²", "=1", "999999"]
    ),
    st.text(max_size=8).filter(lambda text: "\0" not in text and "\r" not in text),
)


@st.composite
def spoilt_tables(draw: Callable[[st.SearchStrategy[object]], object]) -> tuple[str, int, int, str]:
    """A table, a row and column of it (by chance), and what is written there; column −1: the row is doubled."""
    return (
        str(draw(st.sampled_from(TABLES))),
        int(draw(st.integers(0, 10_000))),  # type: ignore[call-overload]
        int(draw(st.integers(-1, 40))),  # type: ignore[call-overload]
        str(draw(CELLS)),
    )


def try_table(table: str, row: int, column: int, cell: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(DATA / "essex", folder / "service")
        path = folder / "service" / table
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        place = row % len(rows)
        if column < 0:
            rows.insert(place, rows[place])
        else:
            rows[place][column % len(rows[place])] = cell
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        base = "joint" if "police" in table else "baseline"
        geography = {"tables": "service", "cell_size_m": 5000.0}
        agree(write(folder, {"extends": base, "geography": geography, "calendar": {"days": 1}}), folder)


@FEW
@given(spoilt_tables())
def test_some_tables(spoilt: tuple[str, int, int, str]) -> None:
    try_table(*spoilt)


@pytest.mark.long
@MANY
@given(spoilt_tables())
def test_many_tables(spoilt: tuple[str, int, int, str]) -> None:
    try_table(*spoilt)


NAMES = [
    "E44",
    "Tillingham",
    "W52P2",
    "E25P2",
    "Runwell",
    "on_call",
    "wholetime",
    "all",
    "night",
    "none",
    "dynamic",
]
AMOUNTS = [
    "x1.2",
    "+10%",
    "-5pt",
    "84%",
    "51.7,0.6",
    "5",
    "²",
    "nan",
    "national",
    "cop26",
    "off",
    "cover.delay_min",
]
WORDS = st.sampled_from([*NAMES, *AMOUNTS, "=", ":", "@"])
TEXTS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=4).flatmap(
        lambda words: st.sampled_from([sep.join(words) for sep in "=:@,"])
    ),
    st.sampled_from([form.example for form in FORMS.values()]),
    st.text(max_size=15),
)


@settings(FEW, max_examples=25)
@given(
    st.sampled_from(["baseline", "police-baseline"]),
    st.lists(st.tuples(st.sampled_from(sorted(FORMS)), TEXTS), min_size=1, max_size=3),
)
def test_verbs(base: str, verbs: list[tuple[str, str]]) -> None:
    words = [f"--{verb}={text}" for verb, text in verbs]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "option.toml"
        status, _ = status_of("what-if", base, "--no-simulate", "--save", str(file), *words)
        assert file.exists() == (status == 0)
        if status == 0:
            assert status_of("scenario", "check", str(file))[0] == 0
