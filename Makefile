# Two commands: `make run` and `make test`. Each makes what it needs; a second call starts at once.
# Needs Python 3.11 or newer, git and make. ARGS passes on options: make run ARGS="--replications 2".

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.PHONY: run test long bench docs api library calibrate clean

run: $(INSTALLED)
	$(BIN)/turnout run $(ARGS)

test: $(INSTALLED_DEV)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 $(ARGS)

long: $(INSTALLED_DEV)
	$(BIN)/python -m pytest -m long $(ARGS)

bench: $(INSTALLED_DEV)
	$(BIN)/python -m pytest -m bench -s tests/benchmarks $(ARGS)

docs: $(INSTALLED_DEV)
	$(BIN)/turnout run
	$(BIN)/python docs/make_picture.py
	$(BIN)/python docs/make_tour.py
	$(BIN)/python docs/make_guide.py
	$(BIN)/python docs/make_measures.py

# The reference of `import turnout`, from its docstrings, in build/api/index.html.
api: $(INSTALLED_DEV)
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs/api build/api

library: $(INSTALLED_DEV)
	$(BIN)/python docs/make_library_table.py $(ARGS)

# Fits the shipped baseline anew, in some 20 minutes of two cores (docs/calibration.md).
calibrate: $(INSTALLED)
	$(BIN)/turnout calibrate --service fire --points 320 --waves 3 --workers 2 --ship $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks build *.egg-info

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable ".[dev]"
	@touch $(INSTALLED) $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Turnout needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
