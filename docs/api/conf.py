"""Sphinx: the reference of ``import turnout``, made from its docstrings (``make api``)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

project = "Turnout"
author = "The Turnout authors"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
add_module_names = False
html_theme = "alabaster"
html_theme_options = {"description": "Response cover, simulated", "page_width": "60em"}
html_show_copyright = False
