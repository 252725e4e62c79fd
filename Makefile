# make serve   set up, index content/, serve the page and the API
# make test    set up what the tests need, run every check and all tests

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MODULES := kb indexer search_api training

.DEFAULT_GOAL := help
.PHONY: help serve index test check-code clean

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

$(VENV)/serve.stamp: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

# torch comes first and pinned: as a dependency of another package it would bring gigabytes of CUDA.
$(VENV)/test.stamp: pyproject.toml scripts/install-browser
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	scripts/install-browser
	@touch $@ $(VENV)/serve.stamp

clean:
	rm -rf $(VENV) .kb .mypy_cache .ruff_cache .pytest_cache
