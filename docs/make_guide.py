"""Run the guide for notebooks as it stands, and write what each part prints below it.

``python docs/make_guide.py`` runs the Python blocks of ``docs/guide_notebook.md`` one after another, in an empty
folder, and fills the text block after each.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

import pandas as pd

GUIDE = Path(__file__).resolve().parent / "guide_notebook.md"
BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n.*?```", re.DOTALL)


def guide(text: str) -> str:
    """Return the guide with its text blocks filled."""
    names: dict[str, object] = {}

    def filled(match: re.Match[str]) -> str:
        code = match["code"]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(GUIDE), "exec"), names)  # noqa: S102 - our own guide
        lines = [line.rstrip() for line in printed.getvalue().splitlines()]
        return f"```python\n{code}```\n\n```text\n" + "\n".join(lines) + "\n```"

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, pd.option_context("display.width", 100):
        os.chdir(folder)
        try:
            return BLOCK.sub(filled, text)
        finally:
            os.chdir(before)


def main() -> None:
    """Run the guide and write it."""
    GUIDE.write_text(guide(GUIDE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
