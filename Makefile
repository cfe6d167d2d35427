PYTHON ?= python3
BIN := .venv/bin
PACKAGES := $(patsubst %/pyproject.toml,-e %,$(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/pyproject.toml))
MODULES := $(subst $() $(),:,$(wildcard libs/*/src services/*/src deploy/src))
PORTAL := services/portal
STATIC := $(PORTAL)/src/saola/edges/portal/static
.PHONY: help setup lock protos check-protos sync service lint types fix test ci

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: .venv/ready $(STATIC)/manifest.json ## a virtual environment with everything in it, and what browsers fetch

.venv/ready: requirements.lock $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/pyproject.toml)
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install -q uv; }
	$(BIN)/uv pip sync -q --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps uv $(PACKAGES)
	touch $@

$(STATIC)/manifest.json: .venv/ready $(PORTAL)/package-lock.json $(PORTAL)/assets.mjs $(wildcard $(PORTAL)/src/saola/edges/portal/ui/*.* $(PORTAL)/src/saola/edges/portal/pages/*/page.js)
	$(BIN)/python tools/assets.py

lock: ## pin again what the pyproject.toml files ask for
	$(BIN)/python tools/lock.py

protos: .venv/ready ## the code that comes from protos/
	$(BIN)/python tools/protos.py

check-protos: .venv/ready ## lint, format and compatibility of protos/; nothing to regenerate
	$(BIN)/python tools/protos.py --check

sync: .venv/ready ## what can be found: schemas and tables of the charts, skaffold.yaml, docs
	$(BIN)/python -m tools.sync

service: .venv/ready ## NAME=x: a new service that runs and passes every check
	$(BIN)/python -m tools.new_service $(NAME)

lint: .venv/ready ## everything that is checked without running
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m tools.sync --check

types: .venv/ready ## mypy, strict
	MYPYPATH=$(MODULES) $(BIN)/mypy

fix: .venv/ready ## format, and mend what can be mended by machine
	$(BIN)/ruff check --fix-only . ; $(BIN)/ruff format .

test: setup ## every test, on real parts
	$(BIN)/pytest

ci: lint types check-protos test ## what must be green before a change lands
