# make help lists the targets. PYTHON=python3.12 make test uses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
WHEELS := $(VENV)/.wheels
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
SOURCES := pyproject.toml README.md $(shell find crawler pipelines db -type f -not -name '*.pyc')

.PHONY: help demo test check bench clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1  /p' $(MAKEFILE_LIST) | column -t -s '  ' -l 2 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## /\1  /p' $(MAKEFILE_LIST)

demo: $(STAMPS)/winnow ## Crawl two invented newspapers on this machine and show what comes out
	@$(BIN)/python -I tests/newspapers/demo.py

# Four processes for two cores: two alone leave a third idle in tests of waits and timeouts.
test: $(STAMPS)/winnow $(STAMPS)/test ## Run every test, on SQLite and PostgreSQL
	@$(BIN)/python -m compileall -q crawler pipelines db benchmarks  # once, not in each of them
	$(BIN)/python -m pytest -n 4 $(TESTS)

check: $(STAMPS)/check ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMPS)/winnow $(STAMPS)/bench ## Measure extraction and throughput (needs the corpus)
	$(BIN)/python -m benchmarks.throughput.stages
	$(BIN)/python -m benchmarks.throughput.run
	$(BIN)/python -m benchmarks.throughput.run --memory
	$(BIN)/python -m benchmarks.extraction
	$(BIN)/python -m benchmarks.themes
	$(BIN)/python -m benchmarks.stories

clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) build dist .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A package installer resolves the same extras in seconds; a stamp spares even that.
$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Winnow needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "$(PYTHON) cannot make environments here: install its venv package"; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/winnow: $(STAMPS)/venv $(SOURCES)
	@echo "Building Winnow's wheel and installing it into $(VENV)"
	@rm -rf $(WHEELS)
	@$(PIP) wheel --no-deps --wheel-dir $(WHEELS) .
	@$(PIP) install $(WHEELS)/*.whl
	@$(PIP) install --no-deps --force-reinstall $(WHEELS)/*.whl
	@touch $@

$(STAMPS)/test $(STAMPS)/check $(STAMPS)/bench: $(STAMPS)/%: $(STAMPS)/venv pyproject.toml
	@echo "Installing what 'make $*' needs"
	@$(BIN)/python -c 'import tomllib; \
		project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*project["dependencies"], *project["optional-dependencies"]["$*"], sep="\n")' \
		> $(STAMPS)/$*.txt
	@$(PIP) install -r $(STAMPS)/$*.txt
	@touch $@
