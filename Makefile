# serve and test work as the first command in a fresh clone: Python 3.11 or newer and make are all they need.
PYTHON ?= python3
BIN := .venv/bin
ROOMS := bench cache.py cli delivery engine examples loaders migrations models publishing schema tests errors.py server.py settings.py

.PHONY: serve test conformance check fmt schema bench bench-scale search-eval lock contract packages embeds examples
.DEFAULT_GOAL := serve

$(BIN)/activate:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Caveat needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/served: requirements.lock pyproject.toml | $(BIN)/activate
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/tested: requirements-dev.lock pyproject.toml | $(BIN)/activate
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@ .venv/served

serve: .venv/served  ## Migrate, import the sample practice into an empty graph, serve
	$(BIN)/caveat migrate
	$(BIN)/caveat import content --format markdown --if-empty
	exec $(BIN)/python server.py

test: .venv/tested packages  ## The whole suite, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n auto --dist loadgroup

conformance: .venv/tested  ## graphql-core's own tests, run against its executor and against the engine
	$(BIN)/python tests/engine/conformance/run.py

check: .venv/tested  ## Lint, formatting and types
	$(BIN)/ruff check $(ROOMS)
	$(BIN)/ruff format --check $(ROOMS)
	$(BIN)/mypy

fmt: .venv/tested  ## Format
	$(BIN)/ruff check --fix $(ROOMS)
	$(BIN)/ruff format $(ROOMS)

schema: .venv/served  ## Write schema.graphql, the contract
	$(BIN)/caveat schema --output schema.graphql

bench: .venv/tested  ## Measure every layer on the corpus; BENCH="--seconds 1 --operations page" and the like choose
	$(BIN)/python -m bench.run corpus $(BENCH)

bench-scale: .venv/tested  ## Measure how every figure changes from 1,000 to 100,000 articles, which takes minutes to make
	$(BIN)/python -m bench.run scale $(BENCH)

search-eval: .venv/tested  ## Measure how well and how fast the search finds, against the goals; EVAL="--half tuned --examples 5" and the like
	$(BIN)/python -m bench.search_eval $(EVAL)

lock: .venv/tested  ## Resolve the locked requirements anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra tracing --group dev -c requirements.lock -o requirements-dev.lock

CONTRACT := tests/contract/node_modules

$(CONTRACT)/.package-lock.json: tests/contract/package-lock.json
	cd tests/contract && npm ci --loglevel=error --no-audit --no-fund >/dev/null

ifneq ($(shell command -v npm 2>/dev/null),)
contract: $(CONTRACT)/.package-lock.json  ## schema.graphql, as Relay's compiler and GraphQL-ESLint judge it
	mkdir -p $(CONTRACT)/.relay
	cd tests/contract && node_modules/.bin/relay-compiler --noWatchman --output quiet-with-errors
	$(CONTRACT)/.bin/eslint --max-warnings 0 --config tests/contract/eslint.config.mjs schema.graphql
else
contract:
	@echo 'make contract needs npm (Node.js 20.19 or newer), which is not on PATH: schema.graphql was not checked.'
	@test "$$CI" != true
endif

PACKAGES := $(patsubst %,%/node_modules/.package-lock.json,tests/clients embeds examples/web examples/offline)

# Without a registry the suite runs all the same, and skips what needs these, with its reason; not so where changes land.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --loglevel=error --no-audit --no-fund >/dev/null || test "$$CI" != true

ifeq ($(shell npm --version >/dev/null 2>&1 && node -p 'parseInt(process.versions.node) >= 20' 2>/dev/null),true)
packages: $(PACKAGES)  ## The npm packages that the suite needs: clients, what builds embeds, and the examples
else
packages:
	@echo 'The tests of npm clients, embeds and examples need npm and Node.js 20 or newer, which are not on PATH: they are skipped.'
	@test "$$CI" != true
endif

embeds: packages  ## Build the web components and the page that makes embeds, which are committed
	cd embeds && npm run --silent build

examples: .venv/served packages  ## The sample practice, a website and an offline app of it, and a partner's page: stops with Ctrl-C
	$(BIN)/python examples/serve.py
