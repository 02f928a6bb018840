# Two commands on a fresh machine: `make up` builds the lab on a local AWS, `make test` proves that all of it works.
# Each does its own set-up: a Python environment in .venv, and a Pulumi CLI if there is none on PATH.

STACK  ?= dev
PYTHON ?= python3
PY     := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup up preview down test lint format bench hunt record lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv and find, install or build the Pulumi CLI; quick when both are there
	@$(PYTHON) engine/setup.py

up: setup ## build the stack on the local AWS, proven by the policy pack: make up STACK=hub
	@./local pulumi up --yes --stack $(STACK) --policy-pack policy --suppress-progress
	@./local pulumi stack export --stack $(STACK) | $(PY) -m policy.egress check -

preview: setup ## show what `make up` would change, and whether every path is inspected
	@./local pulumi preview --stack $(STACK) --policy-pack policy

down: setup ## destroy the stack, and stop the local AWS if no other one is left there
	@./local pulumi destroy --yes --skip-preview --stack $(STACK)
	@./local stop --if-empty

test: setup lint ## lint, types and every test, the real engine's too
	@$(PY) -m pytest -n auto --dist loadgroup

lint: setup ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy .

format: setup ## let ruff order and format the code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: setup ## measure; prints the tables of the README
	@$(PY) -m bench

record: setup ## record examples/logs anew: scenarios judged by the real Suricata
	@$(PY) -m traffic.record

hunt: setup ## the whole story on the local AWS: traffic, hunts, the rogue instance, its isolation
	@./local python -m hunts.story

lock: setup ## pin requirements.in into requirements.txt
	@$(PY) -m pip install --quiet uv
	@$(PY) -m uv pip compile --quiet requirements.in --output-file requirements.txt \
		--no-header --no-emit-index-url --python-version 3.11

clean: ## stop the local AWS and remove what set-up made in this clone
	@[ ! -x $(PY) ] || ./local stop
	@rm -rf .venv .cache .local .mypy_cache .ruff_cache .pytest_cache .hypothesis build
