"""docs/measures_police.md says what the code does."""

from pathlib import Path

from sim.measures import definitions_of_world, measure
from sim.measures.definitions import names_told_by
from sim.measures.police import missed, police_names
from tests.sim.measures.police_town import PoliceBook, police_town

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "measures_police.md").read_text(encoding="utf-8")


def test_the_rule_in_the_docs_is_the_codes():
    def words(text):
        return " ".join(text.split())

    assert words((missed.__doc__ or "").split("The rule. ")[1]) in words(PAGE)


def test_every_table_is_told_of():
    book = PoliceBook()
    book.call_rows = [{"line": 0, "from_min": 0.0, "calls": 1}]
    for name in measure(police_town(fire=False), book.log()).tables:
        assert f"`{name}`" in PAGE, name
    assert "`joint_by_type`" in PAGE


def test_definitions_are_whole():
    definitions = definitions_of_world(police_town())
    units = {"share", "s", "h_per_year", "per_year", "per_day", "pumps", "count", "units"}
    for name, row in definitions.items():
        assert name == row.name
        assert row.title
        assert row.text.endswith("."), name
        assert row.unit in units, name
    titles = [row.title for row in definitions.values()]
    assert len(set(titles)) == len(titles)


def test_grades_and_crimes_can_be_read_from_the_names():
    world = police_town(fire=False)
    assert names_told_by(definitions_of_world(world)) == police_names(world)
    assert names_told_by(["fire.all.mean_s"]) is None
