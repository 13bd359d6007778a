# The same targets are called by people, by pre-commit and by .ci/run.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?=

.PHONY: run test bench bench-matching check law fix schemas lock clean assets screenshots

run: assets ## the whole marketplace in one process, with a demo region
	$(BIN)/kringmarkt run

assets: $(STAMP) ## what the pages of the site load, built when it is missing or stale
	$(BIN)/python -m services.web.building

screenshots: assets ## every page of the site, for phone and desktop, into var/screenshots
	$(BIN)/python -m tests.browser.screenshots var/screenshots

test: check ## everything, on a real PostgreSQL and a real Kafka broker
	$(BIN)/pytest $(PYTEST_ARGS)

bench: $(STAMP) ## every figure beside its floor or peer; half an hour on a quiet machine
	$(BIN)/python -m tests.bench

check: $(STAMP) ## style, types, dependency rule, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.generate --check

law: $(STAMP) ## every case and check of the law folder
	$(BIN)/python -m matching.end_of_waste.check

fix: $(STAMP) ## what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-matching: $(STAMP) ## the index against SQL, 100,000 and 1,000,000 wants; takes a quarter of an hour
	$(BIN)/python -m tests.bench.matching.bench_queries 100000
	$(BIN)/python -m tests.bench.matching.bench_queries 1000000

schemas: $(STAMP) ## JSON Schemas and the AsyncAPI document, from the events
	$(BIN)/python -m contracts.generate

lock: $(STAMP) ## resolve the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --quiet --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --python-version 3.11 --universal --generate-hashes --no-header --no-annotate --quiet --output-file requirements-run.lock

clean: ## everything that was made, the demo's data too
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m matching.kd.warming
	touch $(STAMP)
