# kaopu: every command a newcomer needs. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The newest of the supported Pythons that really starts (a version manager may leave names that do not).
PYTHON ?= $(shell for v in python3.14 python3.13 python3.12 python3.11 python3; do \
	if $$v -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then echo $$v; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run install test lint bench evidence docs clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: install ## console and worker on http://127.0.0.1:8000, with a sample book on first start
	@$(BIN)/kaopu serve

install: $(VENV)/.installed ## virtual environment with the command .venv/bin/kaopu

test: $(VENV)/.installed-dev ## everything that must hold; a browser or Java that is absent skips with a sentence
	@$(BIN)/python -m pytest tests $(TESTFLAGS)

lint: $(VENV)/.installed-dev ## style, strict types on cores, floors between rooms
	@$(BIN)/ruff check kaopu tests bench
	@$(BIN)/ruff format --check kaopu tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## speed as ratios against named peers in the same run, as JSON
	@$(BIN)/python -m bench.run

evidence: $(VENV)/.installed-dev ## the long proofs, kept in docs/evidence/ (about an hour)
	@$(BIN)/python -m bench.evidence

docs: $(VENV)/.installed-dev ## the documents as pages in site/
	@$(BIN)/mkdocs build --strict --quiet

clean: ## remove the virtual environment; data under var/ stays
	rm -rf $(VENV) site

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "kaopu needs Python 3.11, 3.12, 3.13 or 3.14 and found none. Install one: on Debian or Ubuntu" >&2; \
		echo "  apt-get install python3 python3-venv     on macOS: brew install python@3.13" >&2; exit 1; fi
	@echo "Using $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what kaopu needs (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/kaopu setup --only-compile
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt requirements/run.txt pyproject.toml $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@
