# The two commands: `make slides` and `make test`. Both set up what is missing.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest --dist worksteal -n
DECKS ?=
PROJECTS := pyproject.toml nnviz/pyproject.toml
BROWSER := marpweave/render/programs/browser
CITATIONS := marpweave/render/programs/citations
export PYTHONDONTWRITEBYTECODE =
# otherwise every program that a test starts would recompile all modules

.DEFAULT_GOAL := help
.PHONY: help setup slides preview watch figures check test quick lint attack elsewhere wheels fuzz bench golden gallery docs lock clean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready node_modules/.ready ## install everything into .venv and node_modules (done once)

slides: setup ## build all decks into dist (DECKS=… for some)
	@$(BIN)/python build.py $(DECKS)

preview: setup ## show decks in a browser, updated on every save (DECK=…)
	@$(BIN)/python build.py preview $(or $(DECK),$(DECKS))

watch: setup ## build decks into dist on every save (DECKS=… for some)
	@$(BIN)/python build.py --watch $(DECKS)

figures: .venv/.ready ## redraw the figures, render nothing
	@$(BIN)/python build.py figures $(DECKS)

check: .venv/.ready ## run the decks and check the outputs on the slides
	@$(BIN)/python build.py check $(DECKS)

test: setup .venv/.ready-dev ## all tests except those of `attack` and `elsewhere` (6 minutes)
	$(PYTEST) auto -m "not attack" --ignore=tests/attack --ignore=tests/elsewhere

quick: .venv/.ready-dev ## unit tests and golden cases of the engine that need no kernel, Node.js or browser
	$(PYTEST) logical -q -p no:hypothesispytest -m "not (attack or kernel or node or browser or slow)" --ignore=tests/unit/nnviz tests/unit tests/golden

attack: elsewhere ## attempts to get stale results, torn files and failing builds, and the whole course (20 minutes)
	$(PYTEST) 4 -m attack --exhaustive --ignore=tests/elsewhere

elsewhere: wheels .venv/.ready-dev ## the wheels, installed alone in a project unlike this one (minutes)
	$(PYTEST) 2 tests/elsewhere

wheels: setup ## build the wheels of marpweave and nnviz into dist-wheels
	@rm -rf dist-wheels
	@$(BIN)/python -m hatchling build -t wheel -d dist-wheels
	@cd nnviz && ../$(BIN)/python -m hatchling build -t wheel -d ../dist-wheels

fuzz: .venv/.ready-dev ## a million random decks through the parser
	$(BIN)/python -m tests.fuzz.fuzz

lint: .venv/.ready-dev ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup .venv/.ready-dev ## measure and write BENCHMARKS.md
	$(BIN)/python tests/bench/bench.py

golden: .venv/.ready-dev ## accept the current output of the golden cases; read the diff
	GOLDEN=overwrite $(PYTEST) auto -q tests/golden/test_golden.py tests/attack/test_recorded.py

gallery: setup .venv/.ready-dev ## draw the pictures of nnviz/README.md, marpweave/render/css/README.md and README.md
	@$(BIN)/python docs/gallery.py
	@$(BIN)/python docs/theme.py
	@$(BIN)/python docs/first_look.py
	@$(BIN)/python docs/preview.py

docs: setup .venv/.ready-dev ## build the documentation into site/html
	@$(BIN)/python docs/commands.py
	@$(BIN)/python docs/site/make.py

lock: .venv/.ready-dev ## update the locked requirements
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) --extra data $(PROJECTS) requirements/build.in -o requirements/base.lock
	$(BIN)/uv pip compile $(LOCK) --extra dev --extra data $(PROJECTS) requirements/build.in -c requirements/base.lock -o requirements/dev.lock
	$(BIN)/uv pip compile $(LOCK) requirements/node.in -o requirements/node.lock
	npm update --package-lock-only
	for each in $(BROWSER) $(CITATIONS); do (cd $$each && npm update --package-lock-only --omit-lockfile-registry-resolved) || exit; done
LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

clean: ## remove build output and caches (not .venv, not node_modules)
	rm -rf dist dist-wheels site .marpweave .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed, not " + sys.version.split()[0] + "; name one: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "error: $(PYTHON) cannot make a virtual environment; install its venv module (Debian: python3-venv)" >&2; exit 1; }

.venv/.ready: requirements/base.lock $(PROJECTS) | .venv/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/base.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e . -e nnviz
	@touch $@

.venv/.ready-dev: requirements/dev.lock .venv/.ready
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

node_modules/.ready: package-lock.json $(BROWSER)/package-lock.json $(CITATIONS)/package-lock.json requirements/node.lock .venv/.ready
	$(BIN)/python -m marpweave.cli.install
	@touch $@
