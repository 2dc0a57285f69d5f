# The commands of the project; README.md says what each is for.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
LOCKS := requirements-build.txt requirements.txt requirements-dev.txt
# Console scripts hold absolute paths, so a moved checkout needs a new environment: the folder is part of the stamp.
STAMP = .venv/.stamp-$(shell (pwd; cat $(LOCKS)) | cksum | tr ' ' '-')
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Some machines forbid compiled modules; each start of a process would then take seconds longer.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PORT ?= 8000
WORKERS ?= 2

.PHONY: setup environment assets run test check prove break shots bench lock format

setup: environment assets
	@$(BIN)/python -m clinic.web.prepare

environment:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or set PYTHON=/path/to/python3."; exit 1; }
	@test -f "$(STAMP)" || { \
		echo "Installing what the lock files name into .venv (once, about a minute)"; \
		rm -rf .venv && $(PYTHON) -m venv .venv && \
		$(BIN)/python -m pip install -q --require-hashes -r requirements-build.txt && \
		$(BIN)/python -m pip install -q --no-build-isolation --require-hashes -r requirements.txt -r requirements-dev.txt && \
		touch "$(STAMP)"; }

assets: environment
	@$(BIN)/python assets/build.py

run: setup
	@PORT=$(PORT) exec $(BIN)/python -m clinic.web.serve

# Style, types, contracts and templates: the part of every check that runs nothing.
define READ
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates
endef

check: environment assets
	$(READ)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not browser and not race and not postgresql and not long"

test: setup
	$(READ)
	$(BIN)/python -m tests.support.install_browser
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

prove: setup
	$(BIN)/python -m tests.support.install_browser
	$(BIN)/python -m tests.prove $(PARTS)

break: setup
	$(BIN)/python -m tests.breaks.run

shots: setup
	$(BIN)/python -m tests.support.install_browser
	$(BIN)/python -m tests.journeys.shots

bench: setup
	$(BIN)/python -m bench.run $(if $(ROWS),--rows $(ROWS)) $(PARTS)

format: environment
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
lock: environment
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-build.in -o requirements-build.txt
