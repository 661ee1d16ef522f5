# make run    sets everything up and starts the app (PORT=8501 HOST=127.0.0.1)
# make test   sets everything up, the browser too, then lint and all tests
# make test-slow  the tests that take longest, apart: long attacks and whole trainings
# make bench  ratios against plain Keras and PyTorch, in one run
# make ship   rebuilds every model that comes with the project
# make lock   writes the exact versions and hashes that the others install (UPGRADE=1: the newest that are allowed)
# make measure  lines, import circles, lengths and complexity of the code, each beside its bar

PORT ?= 8501
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
  --no-annotate --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
BROWSERS := chromium chromium-browser google-chrome

.PHONY: run test test-slow lint bench ship lock measure browser clean

run: $(VENV)/.run
	$(BIN)/python -m streamlit run serve.py --server.port $(PORT) --server.address $(HOST)

# Two files of tests at a time, then those with a browser.
test: $(VENV)/.test browser lint
	$(BIN)/python -m tests

test-slow: $(VENV)/.test browser
	$(BIN)/python -m tests slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: $(VENV)/.bench
	$(BIN)/python -m tests.bench

ship: $(VENV)/.run
	$(BIN)/python -m core ship

measure: $(VENV)/.test
	$(BIN)/python -m tests.measure

# One lock serves Python 3.11 to 3.13 on all systems; what is locked already stays as it is unless UPGRADE is set.
lock: | $(BIN)/python
	$(PIP) "$$(grep '^uv>' requirements-dev.txt)"
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock

$(VENV)/.run: requirements.lock | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test: requirements-dev.lock | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

# Not locked: PyTorch comes in builds of several makers, for a machine with or without a GPU, each with its own hashes.
$(VENV)/.bench: requirements-bench.txt $(VENV)/.test
	$(PIP) -r requirements-bench.txt
	@touch $@

# The first Python of 3.11 to 3.13 that is found; `make PYTHON=/path/to/python` chooses another.
$(BIN)/python:
	@python=""; for p in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; \
	  then python=$$p; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Tamrin needs Python 3.11, 3.12 or 3.13; found $$(python3 --version 2>&1). Install one of them, or name it: make PYTHON=/path/to/python" >&2; \
	  exit 1; fi; \
	echo "Setting up with $$($$python --version) ..."; $$python -m venv $(VENV)

# The browser tests drive Chromium; Debian has it, and we install it when we may.
browser:
	@for b in $(BROWSERS); do command -v $$b >/dev/null 2>&1 && exit 0; done; \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null; \
	else \
	  echo "Chromium is missing and may not be installed from here: the browser tests will be skipped, by name." >&2; \
	fi

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache
