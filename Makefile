# Every target sets up what it needs first: a bare clone and Python 3.11 or newer are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
YEAR ?= 2025
# pytest -n: how many test processes; two fit a small laptop.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help review test check bench docs format clean

help: ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pressreview needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# The light set-up: collect, classify, report. No torch.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

# What tests and checks need on top. torch comes first, so that nothing else chooses its build.
$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train,dev]'
	@touch $@ $(VENV)/.installed

review: $(VENV)/.installed ## the whole main job on examples/: out/2025/index.html, annual.pdf, articles.csv
	$(BIN)/pressreview review --examples examples --year $(YEAR)

test: $(VENV)/.installed-dev ## all tests
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

check: $(VENV)/.installed-dev ## format, lint, types, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@mkdir -p $(VENV)/typecheck && ln -sfn ../.. $(VENV)/typecheck/pressreview
	MYPYPATH=$(VENV)/typecheck $(BIN)/mypy -p pressreview
	$(BIN)/deptry .

format: $(VENV)/.installed-dev ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## every benchmark, each with a baseline in the same run
	$(BIN)/python -m benchmarks

docs: $(VENV)/.installed-dev ## write docs/commands.md anew from the command line itself
	$(BIN)/python -m pressreview.service.reference docs/commands.md

clean: ## remove the virtual environment and everything made
	rm -rf $(VENV) build dist out data *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
