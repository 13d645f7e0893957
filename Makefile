# Everything happens in .venv; needs Python 3.11 or newer, make, and pip's and npm's registries.
# Each step leaves a stamp in .venv and is repeated only when its inputs changed.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8600
DATA ?= demo-data
MINUTES ?= 30
TESTS ?= tests
WORKERS ?= 4

UI_INPUTS := $(shell find ui -path ui/node_modules -prune -o -type f -print 2>/dev/null)
MODEL_INPUTS := $(wildcard kit/*.py kit/*.toml)

.PHONY: help
help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

.PHONY: setup
setup: .venv/installed  ## make .venv with the product, its page and its models

.PHONY: demo
demo: setup  ## start the hub with two simulated cameras (PORT=8600 DATA=demo-data)
	@$(BIN)/consentry demo --data $(DATA) --port $(PORT)

.PHONY: test
test: setup programs check  ## check the code, then run all tests (TESTS=tests/room for some)
	@echo "test: pytest $(TESTS)"
	@$(BIN)/python -m kit.suite $(WORKERS) $(TESTS)

.PHONY: check
check: setup lint  ## lint, types, import contracts and the page's types; no tests
	@echo "check: mypy --strict"
	@$(BIN)/mypy
	@echo "check: import contracts"
	@$(BIN)/lint-imports --no-cache 2>&1 | tail -n 3
	@echo "check: types of the page"
	@$(BIN)/python -m kit.page check

.PHONY: lint
lint: .venv/packages  ## ruff: rules and format
	@echo "check: ruff"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "run: make format"; exit 1; }

.PHONY: format
format: .venv/packages  ## let ruff format and mend what it can
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

.PHONY: bench
bench: setup  ## measure the figures of docs/reference/bench.md, each beside its reference
	@bash .ci/programs motion:motion
	@$(BIN)/consentry bench --out docs/reference/bench.md

.PHONY: soak
soak: setup  ## 16 simulated cameras for MINUTES=30: no lost unit, flat memory
	@$(BIN)/consentry bench soak --minutes $(MINUTES)

.PHONY: eval
eval: setup  ## score detection on labelled clips: make eval DATA=folder
	@[ "$(origin DATA)" != file ] || { echo "eval: say where the labelled clips are: make eval DATA=folder" >&2; exit 2; }
	@$(BIN)/python -m kit.evaluate --data $(DATA)

.PHONY: ui
ui: .venv/ui  ## build the page

.PHONY: models
models: .venv/models  ## fetch and convert the models

.PHONY: programs
programs:
	@bash .ci/programs

.PHONY: reference
reference: setup  ## write docs/reference/cli.md and the page's API types anew
	@$(BIN)/python -m kit.reference

.PHONY: lock
lock: .venv/packages  ## resolve requirements/lock.txt anew
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --quiet --upgrade \
		--custom-compile-command "make lock" --output-file requirements/lock.txt

.PHONY: clean
clean:  ## remove everything that was built or downloaded (recordings stay)
	rm -rf .venv .cache build dist ui/node_modules src/consentry/web/static \
		src/consentry/vision/weights .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- the steps of setup ---

.venv/python:
	@test -n "$(PYTHON)" || { echo "setup: needs Python 3.11 or newer; install it, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setup 1/5: .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { echo "setup: python3-venv seems to be missing (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@touch $@

.venv/packages: .venv/python requirements/lock.txt
	@echo "setup 2/5: $$(grep -c '==' requirements/lock.txt) packages of requirements/lock.txt (a minute or two)"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements/lock.txt \
		| awk '/^Collecting/ { printf "  %s", $$2; fflush() } END { print "" }'
	@touch $@

.venv/ui: .venv/packages $(UI_INPUTS)
	@echo "setup 3/5: the page"
	@$(BIN)/python -m kit.page
	@touch $@

.venv/models: .venv/packages $(MODEL_INPUTS)
	@echo "setup 4/5: the models"
	@$(BIN)/python -m kit.build
	@touch $@

.venv/installed: .venv/ui .venv/models pyproject.toml hatch_build.py
	@echo "setup 5/5: the command consentry"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@
