# make serve   set up, index content/, serve the page and the API
# make test    set up what the tests need, run every check and all tests
# make lock    write requirements/*.txt anew: the newest versions that pyproject.toml allows, each with its hashes
# make sbom    write sbom.cdx.json (CycloneDX): what a server consists of
# make audit   ask the vulnerability database of PyPI about every locked package

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MODULES := kb indexer search_api training

.DEFAULT_GOAL := help
.PHONY: help serve index test check-code lock sbom audit clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# Faults in the content (exit 1) are reported and the good documents are served all the same.
serve: $(VENV)/serve.stamp
	@$(BIN)/kb index || test $$? -eq 1
	@exec $(BIN)/kb serve

index: $(VENV)/serve.stamp
	$(BIN)/kb index

test: $(VENV)/test.stamp check-code
	$(BIN)/python -m pytest
	$(BIN)/kb check content

check-code: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A server gets exactly the locked files. LOCKED= takes whatever fits pyproject.toml.
LOCKED ?= requirements/serve.txt
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

$(VENV)/serve.stamp: pyproject.toml requirements/serve.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(if $(LOCKED),$(PIP) install --require-hashes -r $(LOCKED))
	$(PIP) install $(if $(LOCKED),--no-deps --no-build-isolation) -e .
	@touch $@

# torch comes first and pinned: as a dependency of another package it would bring gigabytes of CUDA.
$(VENV)/test.stamp: pyproject.toml scripts/install-browser
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	scripts/install-browser
	@touch $@ $(VENV)/serve.stamp

TOOLS := .venv-tools
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --custom-compile-command "make lock"

$(TOOLS)/stamp: requirements/tools.txt
	@test -x $(TOOLS)/bin/python || $(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

lock: $(TOOLS)/stamp
	$(COMPILE) pyproject.toml requirements/build.in -o requirements/serve.txt
	$(COMPILE) requirements/tools.in -o requirements/tools.txt

sbom: $(TOOLS)/stamp
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o sbom.cdx.json requirements/serve.txt

audit: $(TOOLS)/stamp
	$(TOOLS)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/serve.txt

clean:
	rm -rf $(VENV) $(TOOLS) sbom.cdx.json .kb .mypy_cache .ruff_cache .pytest_cache
