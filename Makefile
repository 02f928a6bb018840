# Two commands on a fresh machine: `make up` builds the lab on a local AWS, `make test` proves that all of it works.
# Each does its own set-up: a Python environment in .venv, and a Pulumi CLI if there is none on PATH.

STACK  ?= dev
PYTHON ?= python3
PY     := .venv/bin/python

# Containers often forbid Python to keep what it compiles; here every command would compile the SDK anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-local up preview down test coverage lint format bench hunt live record site wheels lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv and find, install or build the Pulumi CLI; quick when both are there
	@$(PYTHON) engine/setup.py

# Less than all of it: what the stacks and the local AWS need, without hunts, traffic and tests.
setup-local:
	@$(PYTHON) engine/setup.py local

up: setup-local ## build the stack on the local AWS, proven by the policy pack: make up STACK=hub
	@$(PY) localaws/launch/up.py --stack $(STACK)

preview: setup-local ## show what `make up` would change, and whether every path is inspected
	@./local pulumi preview --stack $(STACK) --policy-pack policy

down: setup-local ## destroy the stack, and stop the local AWS if no other one is left there
	@./local pulumi destroy --yes --stack $(STACK) || { code=$$?; \
	./local pulumi stack output reminder --stack $(STACK) 2>/dev/null; exit $$code; }
	@./local stop --if-empty

test: setup lint ## lint, types and every test, the real engine's too
	@$(PY) -m pytest -n auto --dist loadgroup

coverage: setup ## the tests that need no engine, and which lines and branches they reach
	@$(PY) -m pytest -n auto --dist loadgroup -m "not engine" --cov --cov-report=term

lint: setup ## ruff, mypy, who imports whom, and what nothing uses
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .
	@.venv/bin/lint-imports
	@$(PY) -m vulture

format: setup ## let ruff order and format the code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: setup ## measure; prints the tables of the README
	@$(PY) -m bench

record: setup ## record anew: scenarios judged by the real Suricata, and planned by the real Terraform where it is
	@$(PY) -m traffic.record
	@[ -z "$$TF_PLUGIN_MIRROR" ] || $(PY) -m tests.policy.sources.record

hunt: setup ## the whole story on the local AWS, from nothing: traffic, hunts, the rogue instance, its isolation
	@./local pulumi stack output --stack hub --json 2>/dev/null | grep -q '"layout"' || $(PY) localaws/launch/up.py --stack hub
	@./local python -m workshop.story

live: setup ## the story with real packets: the deployed hub runs in network namespaces (Linux; as root it installs Suricata)
	@traffic/setup
	@$(PY) localaws/launch/up.py --stack hub
	@./local python -m workshop.live

site: setup ## make the site from docs/, in site/
	@$(PY) -m sphinx -q -W --keep-going docs site

wheels: setup ## build both packages, in dist/
	@$(PY) -m build --no-isolation --outdir dist .
	@$(PY) -m build --no-isolation --outdir dist policy

lock: setup ## pin what pyproject.toml asks for, with hashes, in requirements.txt and requirements/
	@$(PY) engine/lock.py $(UPGRADE)

clean: ## stop the local AWS and remove what was made in this clone
	@$(PYTHON) engine/clean.py
