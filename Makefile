# What to run, and when: `make help`. Everything can be run again at any time.

PYTHON_IN_VENV := .venv/bin/python
CODE := $(wildcard genie_provider emulator tools bench __main__.py)
PYTEST_ARGS ?= -n 2

.PHONY: help setup demo demo-stop test format chaos house rooms bench clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup:  ## the virtual environment and the Pulumi CLI (does nothing when they are there)
	@tools/setup.sh

demo: setup  ## a local workspace with this project's spaces in it, and what to try next
	@$(PYTHON_IN_VENV) -m tools.demo

demo-stop:  ## stop the local workspace; its spaces are there again at the next make demo
	@if [ -x $(PYTHON_IN_VENV) ]; then $(PYTHON_IN_VENV) -m tools.local_workspace; fi

test: setup  ## style, types and tests, as continuous integration runs them
	@echo "Style (ruff) …"
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check --quiet . || \
	  { echo "make format puts the layout right."; exit 1; }
	@echo "Types (mypy) …"
	@$(PYTHON_IN_VENV) -m mypy $(CODE)
	@echo "Floor plan (import-linter) …"
	@$(PYTHON_IN_VENV) -m tools.house --check
	@echo "Tests (pytest) …"
	@$(PYTHON_IN_VENV) -m pytest $(PYTEST_ARGS)

format: setup  ## let ruff lay out the code and put right what it can
	@$(PYTHON_IN_VENV) -m ruff check --fix --quiet . ; $(PYTHON_IN_VENV) -m ruff format .

chaos: setup  ## the tests with faults: lost answers, killed runs, odd situations, by promise
	@$(PYTHON_IN_VENV) -m tests.engine.chaos

house: setup  ## the floor plan as a picture, docs/house.svg, drawn from the contracts and the imports
	@$(PYTHON_IN_VENV) -m tools.house

rooms: setup  ## every room: its modules, its lines, what it imports and who imports it
	@$(PYTHON_IN_VENV) -m tools.house --rooms

bench: setup  ## the numbers that the README quotes, anew: a table and bench/results.json
	@$(PYTHON_IN_VENV) -m bench --out bench/results.json

clean:  ## stop the local workspace; remove .venv, .tools and .demo
	@tools/clean.sh
