# How is Tomoshibi run, tested and built? `make run` and `make test` need Python 3.11+, git and make; they fetch the rest.
# All paths are relative, so the project may live in a folder of any name.

PORT ?= 8000
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
NODE := $(PYTHON) frontend/node.py
SERVICES := $(PYTHON) -m tests.services
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet install --require-hashes

PRODUCTION := .venv/.production
DEVELOPMENT := .venv/.development
NODE_MODULES := frontend/node_modules/.installed
BUILD := frontend/dist/.built
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
SOURCES := $(shell find frontend -type d \( -name node_modules -o -name dist \) -prune -o -type f -print)

# What the shell that calls make happens to hold must not change what is run or tested.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS DJANGO_SETTINGS_MODULE VIRTUAL_ENV

.DEFAULT_GOAL := run
.PHONY: run test check build lock replay bench clean
.DELETE_ON_ERROR:

# The service

run: export TOMOSHIBI_DEMO = 1
run: export PORT := $(PORT)
run: $(PRODUCTION) $(BUILD) $(TRANSLATIONS)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) seed_demo
	@exec $(MANAGE) serve

build: $(BUILD) $(TRANSLATIONS)

replay: export PORT := $(PORT)
replay: $(DEVELOPMENT)
	@$(PYTHON) -m bench.replay $(ARGS) $(FILES)

bench: $(DEVELOPMENT)
	@$(PYTHON) -m bench $(ARGS)

# The tests

STAGES := check test-frontend test-build test-sqlite test-postgresql test-lossy test-faults test-journeys
TITLE_check := Format, lint, types, import rules, templates
TITLE_test-frontend := Front end: vitest
TITLE_test-build := Front end: build and size budgets
TITLE_test-sqlite := Python on SQLite
TITLE_test-postgresql := Python on PostgreSQL and Redis
TITLE_test-lossy := Sockets on hints that are lost, doubled and late
TITLE_test-faults := Kills and cuts
TITLE_test-journeys := Journeys in Chromium
PYTEST := $(PYTHON) -m pytest --nothing-skipped
# Whatever the caller's shell says of a service of its own.
UNTOLD = env $(addprefix -u ,DATABASE_URL REDIS_URL PORT $(shell env | sed -n 's/^\(TOMOSHIBI_[A-Z0-9_]*\)=.*/\1/p'))
WORKERS ?= 2

# Every stage runs, so that one run tells of everything that is broken; the machine's servers are looked for first.
test: $(DEVELOPMENT) $(NODE_MODULES)
	@printf '\n==> Services of this machine\n'; $(SERVICES) provide
	@failed=; \
	stage() { printf '\n==> %s (make %s)\n' "$$2" "$$1"; $(MAKE) --no-print-directory "$$1" || failed="$$failed $$1"; }; \
	$(foreach stage,$(STAGES),stage $(stage) '$(TITLE_$(stage))';) \
	if [ -n "$$failed" ]; then printf '\nFailed:%s\n' "$$failed" >&2; exit 1; fi

.PHONY: test-frontend test-build test-sqlite test-postgresql test-lossy test-faults test-journeys

test-frontend: $(NODE_MODULES)
	@$(NODE) npm run --silent test

test-build: $(BUILD) $(TRANSLATIONS)
	@$(NODE) node budgets.mjs

test-sqlite: $(DEVELOPMENT) $(BUILD) $(TRANSLATIONS)
	@$(UNTOLD) $(PYTEST) -n $(WORKERS) -m "not postgresql and not faults and not journey"

test-postgresql: $(DEVELOPMENT) $(BUILD) $(TRANSLATIONS)
	@$(UNTOLD) $(SERVICES) run -- $(PYTEST) -n $(WORKERS) -m "not faults and not journey"

# What is told once and not repaired (typing, read marks) has tests of its own that do not run here.
test-lossy: $(DEVELOPMENT) $(BUILD) $(TRANSLATIONS)
	@$(UNTOLD) TOMOSHIBI_HINT_BUS=tests.faults.lossy.LossyHintBus $(PYTEST) -n $(WORKERS) tests/chat/test_socket_*.py

test-faults: $(DEVELOPMENT) $(BUILD) $(TRANSLATIONS)
	@$(UNTOLD) $(SERVICES) run -- $(PYTEST) -m faults

test-journeys: $(DEVELOPMENT) $(BUILD) $(TRANSLATIONS)
	@$(UNTOLD) $(SERVICES) run -- $(PYTEST) -m journey

# The rules

APPS := $(filter-out tests bench,$(patsubst %/__init__.py,%,$(wildcard */__init__.py)))
CHECKS := check-format check-lint check-types check-imports check-templates check-frontend check-frontend-types
.PHONY: $(CHECKS)

# --keep-going: one run tells of everything that is wrong.
check: $(DEVELOPMENT) $(NODE_MODULES)
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-format:
	$(PYTHON) -m ruff format --check --output-format concise .

check-lint:
	$(PYTHON) -m ruff check --output-format concise .

check-types:
	$(PYTHON) -m mypy

check-imports:
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as lint; lint()"

check-templates:
	$(PYTHON) -m djhtml --check $(APPS)

check-frontend:
	$(NODE) npm run --silent lint -- --colors=off

check-frontend-types:
	$(NODE) npm run --silent types

# What they stand on

# The first Python that is new enough and can make a whole environment.
.venv/bin/python:
	@old=; \
	for python in python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if $$python -c 'import ensurepip, venv' 2>/dev/null; then exec $$python -m venv --clear .venv; fi; \
		old=$$python; \
	done; \
	if [ -n "$$old" ]; then \
		echo "$$old cannot make virtual environments: install its venv part (Debian, Ubuntu: python3-venv)." >&2; \
	else \
		echo "No Python 3.11 or newer found: install one (Debian, Ubuntu: python3 and python3-venv)." >&2; \
	fi; \
	exit 1

$(PRODUCTION): requirements/production.txt .venv/bin/python
	@echo "Installing what the service needs (the first time takes a minute or two)"
	@$(PIP) -r requirements/production.txt
	@touch $@

$(DEVELOPMENT): requirements/development.txt $(PRODUCTION)
	@echo "Installing what the tests and checks need"
	@$(PIP) -r requirements/development.txt
	@touch $@

# Not `npm ci`: it refuses a lock that lacks the binaries of platforms the registry it was made with did not hold.
$(NODE_MODULES): frontend/package.json frontend/package-lock.json $(PRODUCTION)
	@echo "Installing what the front end is built with"
	@$(NODE) npm install --no-save --ignore-scripts --no-audit --no-fund --no-update-notifier \
		--loglevel error
	@touch $@

# gettext is not on every machine, so the project compiles its translations itself.
%.mo: %.po | $(PRODUCTION)
	@$(PYTHON) locale/compile.py

$(BUILD): $(NODE_MODULES) $(SOURCES)
	@$(NODE) npm run --silent build
	@touch $@

# Only people who change requirements/*.in need uv (pip install uv).
lock:
	for name in production development; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

# The data in var/ stays.
clean:
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
