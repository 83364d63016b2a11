# One way to run each thing. Needs Python 3.11 or newer with pip; everything else comes from PyPI.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# Two workers are what a small machine bears; the environment may ask for another number.
WORKERS ?= 2

.PHONY: setup demo test check format soak bench lock clean

setup: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.txt pyproject.toml
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo compiling the loops of the engine, once: a minute or two
	$(RUN)/python -m configurator.engines.diagram.warm
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.txt
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

# The main job on the e-bike catalog; with ALL=1 on all three example catalogs.
demo: $(VENV)/.installed
	$(RUN)/cpq demo --out out $(if $(ALL),--all,)

test: $(VENV)/.installed-test
	$(RUN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/.installed-test
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

format: $(VENV)/.installed-test
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

# The long campaign, by hand: CASES generated (catalog, choices) pairs and QUOTES random quotes from SEED on.
CASES ?= 100000
QUOTES ?= 1000000
SEED ?= 1
soak: $(VENV)/.installed-test
	$(RUN)/python -m tests.soak --cases $(CASES) --seed $(SEED) --workers $(WORKERS)
	$(RUN)/python -m tests.soak_pricing --cases $(QUOTES) --seed $(SEED) --workers $(WORKERS)
	$(RUN)/python -m tests.quotes.pricing.promotions.agreement --cases $(CASES) --seed $(SEED) --workers $(WORKERS)

bench: $(VENV)/.installed
	$(RUN)/cpq bench load catalogs/examples/*/
	$(RUN)/cpq bench configure catalogs/examples/*/
	$(RUN)/cpq bench pricing

# Pin every dependency with the hashes of its files; run on the oldest Python that is supported.
lock: $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet pip-tools
	$(RUN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --upgrade --output-file requirements.txt --extra build pyproject.toml
	$(RUN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --constraint requirements.txt --output-file requirements-test.txt --extra build --extra test pyproject.toml

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
