PYTHON ?= python3
BIN := .venv/bin
PACKAGES := $(patsubst %/pyproject.toml,-e %,$(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/pyproject.toml))
SOURCES := $(wildcard libs/*/src services/*/src deploy/src)
MODULES := $(subst $() $(),:,$(SOURCES))
# Each by its name: of a namespace that lies in several folders mypy looks into the first only.
NAMED = $(patsubst $1/%/__init__.py,%,$(wildcard $1/saola/*/__init__.py $1/saola/services/*/__init__.py $1/saola/edges/*/__init__.py))
TYPED := $(subst /,.,$(foreach src,$(filter-out libs/apis/src,$(SOURCES)),$(call NAMED,$(src))))
PORTAL := services/portal
STATIC := $(PORTAL)/src/saola/edges/portal/static
BENCHES ?= read write values consumer seen upload
export PORT_BASE LISTEN DEMO SCALE DATA PROVINCE
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help up ps smoke parts setup lock protos check-protos sync service release lint types fix test bench faults history office ci

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: .venv/ready $(STATIC)/manifest.json ## a virtual environment with everything in it, and what browsers fetch

.venv/ready: requirements.lock $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/pyproject.toml)
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install -q uv; }
	$(BIN)/uv pip sync -q --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps uv $(PACKAGES)
	touch $@

$(STATIC)/manifest.json: $(PORTAL)/package-lock.json $(PORTAL)/assets.mjs $(wildcard $(PORTAL)/src/saola/edges/portal/ui/*.* $(PORTAL)/src/saola/edges/portal/pages/*/page.js) | .venv/ready
	$(BIN)/python tools/assets.py

up: setup ## the whole site on this machine, until Ctrl-C; PORT_BASE=, LISTEN=, DEMO=0, SCALE=
	@exec $(BIN)/python -m saola.deploy up

ps: .venv/ready ## what runs
	@$(BIN)/python -m saola.deploy ps

smoke: .venv/ready ## a client's day on the running site, from submitting to the board
	@$(BIN)/python -m tests.smoke

parts: .venv/ready ## fetch and build now what up and test would fetch at their first start
	$(BIN)/python -m saola.parts

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

release: .venv/ready ## NAME=x VERSION=1.2.0: one version in all its places
	$(BIN)/python -m tools.release $(NAME) $(VERSION)

lint: .venv/ready ## everything that is checked without running
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m tools.sync --check

types: .venv/ready ## mypy, strict
	MYPYPATH=$(MODULES):. $(BIN)/mypy $(TYPED:%=-p %) -p benchmarks

fix: .venv/ready ## format, and mend what can be mended by machine
	$(BIN)/ruff check --fix-only . ; $(BIN)/ruff format .

test: setup ## every test, on real parts
	$(BIN)/pytest

bench: .venv/ready ## what is fast, as ratios, on the running site
	@for one in $(BENCHES); do $(BIN)/python -m benchmarks.$$one || exit 1; done

faults: .venv/ready ## kill -9 of each process of the running site under load, and what was lost; ARGS="--minutes 8"
	@$(BIN)/python -m tests.faults $(ARGS)

history: .venv/ready ## a long random history of the warehouse, killed in the midst, against a model; ARGS="--help"
	@$(BIN)/python -m tests.history $(ARGS)

office: .venv/ready ## what LibreOffice makes of our workbooks, from npm; it takes a minute or two
	@$(BIN)/python -m tests.office

ci: lint types check-protos test ## what must be green before a change lands
