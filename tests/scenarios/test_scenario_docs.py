"""The examples of docs/scenarios.md are scenario files, and its fault report is what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.loading.faults import ScenarioError
from scenarios.loading.load import check_scenario, load_scenario

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_loads(example: str, write: Callable[..., Path]) -> None:
    assert check_scenario(write(example)) == []


def test_fault_report_is_as_printed(
    tmp_path: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = re.search(r"```\n(2 faults.*?)\n```", TEXT, flags=re.DOTALL)
    assert printed is not None
    monkeypatch.chdir(tmp_path)
    write(
        'extends = "baseline"\n[stations.E4g]\ncore = true\n[incident_types.flooding]\nplt_share = 1.2\n',
        name="plan.toml",
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario("plan.toml")
    assert str(caught.value) == printed[1]
