"""docs/measures.md says what the code does."""

import runpy
from pathlib import Path

from sim.measures import DEFINITIONS, measure
from sim.measures.definitions import standard_definition
from sim.measures.fire import missed
from sim.world.standards import Standard
from tests.sim.measures.towns import Book, town

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "measures.md").read_text(encoding="utf-8")


def test_the_tables_of_names_are_the_codes():
    maker = runpy.run_path(str(DOCS / "make_measures.py"))
    for path, rows in maker["pages"]().items():
        page = path.read_text(encoding="utf-8")
        assert maker["filled"](page, rows) == page, "stale: make docs"


def test_every_table_is_told_of():
    world = town()
    standard = Standard(key="s", title="", threshold_s=600.0, target=0.9)
    for name in measure(world, Book().log(world), [standard]).tables:
        assert f"`{name}`" in PAGE, name


def test_the_rule_in_the_docs_is_the_codes():
    def words(text):
        return " ".join(text.split())

    rule = (missed.__doc__ or "").split("The rule. ")[1]
    assert words(rule) in words(PAGE)


def test_definitions_are_whole():
    units = {"share", "s", "h_per_year", "per_year", "per_day", "pumps", "count"}
    for name, row in DEFINITIONS.items():
        assert name == row.name
        assert row.title
        assert row.text.endswith("."), name
        assert row.unit in units, name
    titles = [row.title for row in DEFINITIONS.values()]
    assert len(set(titles)) == len(titles)


def test_a_standard_says_what_it_judges():
    row = standard_definition(
        Standard(key="p", title="P", statistic="percentile", percentile=0.9, target=900.0)
    )
    assert row.name == "standard.p"
    assert (row.unit, row.higher_is_better, row.clock) == ("s", False, "call")
    assert "90th centile; target 900" in row.text
