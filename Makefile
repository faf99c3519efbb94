# Every target a newcomer would guess. `make help` lists them.
SHELL := /bin/bash
PY ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
MEMBERS := shared services/scoring-api services/survey-ingest services/report-gen deploy/embedded
UV := .uv/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# uv trusts the machine's certificates, as pip does: needed behind an inspecting proxy.
export UV_SYSTEM_CERTS := true

.PHONY: help setup demo up down status test test-deep check fix bench lock migrate new-migration openapi clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(UV):
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
	  echo "Cần Python 3.11–3.13 có pip. Trên Debian: apt-get install python3 python3-pip" >&2; \
	  echo "Python 3.11-3.13 with pip is needed. On Debian: apt-get install python3 python3-pip" >&2; exit 1; }
	$(PY) -m pip install -q --disable-pip-version-check --no-deps --target .uv 'uv==0.13.8'

# The stamp makes the second set-up a no-op; it is renewed when a lock or a member's metadata changes.
.venv/.ready: $(UV) requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	@test -x $(BIN)/python || $(UV) venv -q --python $(PY) .venv
	$(UV) pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps $(addprefix -e ,$(MEMBERS))
	@touch $@

setup: .venv/.ready ## install everything into .venv (seconds when nothing changed)

demo: setup ## the Hải Dương 2022 year from first unit to signed report
	$(BIN)/parindex demo

up: setup ## start the local stack and print its URLs
	$(BIN)/parindex up

down: setup ## stop the local stack
	$(BIN)/parindex down

status: setup ## what runs, where, since when
	$(BIN)/parindex status

test: setup ## all tests, on real PostgreSQL and Valkey
	$(BIN)/pytest -q -n 2 tests

test-deep: setup ## the long versions of the property and fault tests
	PARINDEX_DEEP=1 $(BIN)/pytest -q tests

check: setup ## format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: setup ## let ruff repair what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## the speed budgets, each against its yardstick of the same run
	$(BIN)/python -m tests.perf.bench

new-migration: setup ## draft the next step: make new-migration SERVICE=scoring MESSAGE="what it does"
	$(BIN)/parindex new-migration $(SERVICE) "$(MESSAGE)"

migrate: setup ## bring the database of PARINDEX_DATABASE_URL to head
	$(BIN)/parindex migrate

openapi: setup ## write docs/api/*.json from the code
	$(BIN)/python -m tests.architecture.descriptions

lock: $(UV) ## renew requirements.lock (versions, markers, hashes; no URL)
	$(UV) lock -q
	$(UV) export -q --frozen --no-emit-workspace --all-packages --no-header --no-annotate > requirements.lock
	@set -e; for s in scoring-api survey-ingest report-gen; do \
	  $(UV) export -q --frozen --no-emit-workspace --package $$s --no-dev --no-header --no-annotate > services/$$s/requirements.lock; done
	echo 'uv_build>=0.13,<0.14' | $(UV) pip compile -q --generate-hashes --no-header --no-annotate - > deploy/docker/build.lock

clean: ## forget the environment and all local data
	rm -rf .venv .uv .parindex build
