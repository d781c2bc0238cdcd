# A line with ## after a target is its help: `make` prints them. Everything needed is installed in $(VENV).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
POLICY := build/policy
ENV ?=
WORKERS ?= 2

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## Make .venv with cfngen and all that its checks need (Python 3.11 or later, and git).

$(READY): setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cfngen needs Python 3.11 or later; name one: make setup PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[local,dev]'
	@touch $@

.PHONY: templates
templates: $(READY) ## Write templates_out/ from the layers.
	$(BIN)/python scripts/generated.py
	$(BIN)/cfngen build

.PHONY: docs
docs: $(READY) ## Rewrite the generated parts of README.md and docs/, and the README's picture (by Graphviz).
	$(BIN)/python scripts/docs.py
	$(BIN)/python -m tests.mutation --page

.PHONY: site
site: $(READY) ## Build docs/ as a site in build/site; a link that leads nowhere fails.
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict

.PHONY: lint
lint: $(READY) ## Check the templates with cfn-lint and cfngen's own rules.
	$(BIN)/cfngen lint

.PHONY: verify
verify: $(READY) ## Prove what must hold for every environment.
	$(BIN)/cfngen verify

.PHONY: policy
policy: $(POLICY)/.ready ## Judge the templates with cfn-lint and checkov, in an environment of their own.
	$(POLICY)/bin/python scripts/policy.py

$(POLICY)/.ready: scripts/policy-requirements.txt
	$(PYTHON) -m venv $(POLICY)
	$(POLICY)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: test
test: $(READY) ## Run the tests.
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 20

.PHONY: mutants
mutants: $(READY) ## Weaken every template in every way, and print which rule or proof noticed.
	$(BIN)/python -m tests.mutation

.PHONY: check
check: $(READY) ## Run all that CI does, fastest first.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python scripts/docs.py --check
	$(BIN)/python scripts/generated.py --check
	$(BIN)/cfngen build --check
	@$(MAKE) --no-print-directory site
	$(BIN)/mypy cfngen setup.py scripts benchmarks
	@$(MAKE) --no-print-directory verify lint test

.PHONY: bench
bench: $(READY) ## Compare the commands' times with bare Python's and cfn-lint's.
	$(BIN)/python benchmarks/ratios.py

.PHONY: demo
demo: $(READY) ## Build, lint, verify, start a local AWS and deploy prod to it.
	$(BIN)/python scripts/demo.py start

.PHONY: demo-stop
demo-stop: $(READY) ## Stop the local AWS that the demo left up.
	$(BIN)/python scripts/demo.py stop

.PHONY: deploy
deploy: $(READY) ## Deploy an environment: make deploy ENV=prod
	@test -n '$(ENV)' || { echo 'name the environment: make deploy ENV=prod' >&2; exit 2; }
	$(BIN)/cfngen deploy $(ENV)
