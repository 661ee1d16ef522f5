# The same as `python start.py run`, `python start.py test` ...; `python start.py --help` lists what there is.
# make run    sets everything up and starts the app (PORT=8501 HOST=127.0.0.1 PYTHON=/path/to/python)
# make test   sets everything up, the browser too, then lint and all tests
# make lock   writes exact versions and hashes anew (UPGRADE=1: the newest that are permitted)

COMMANDS := run test test-slow lint bench ship lock measure browser clean
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.11
FOUND = $(firstword $(foreach python,$(PYTHONS),$(shell command -v $(python) 2>/dev/null)))

.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(or $(FOUND),$(error Tamrin needs Python 3.11, 3.12 or 3.13: install one of them, or name it with PYTHON=)) start.py $@
