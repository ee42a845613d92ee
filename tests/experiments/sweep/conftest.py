from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiments.sweep.sweeping import SMALL, call, design_file


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small sweep, run to its end by one worker, in ``whole``."""
    folder = tmp_path_factory.mktemp("undisturbed")
    design_file(folder, SMALL)
    done = call(folder, "small.toml", "--out", "whole")
    assert done.returncode == 0, done.stderr
    return folder
