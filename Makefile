# Twofold. `make demo` to try it, `make test` to test it; `make help` for the rest.

PYTHON ?= $(shell command -v python3.11 || echo python3)
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.PHONY: help demo test check format clean

help: ## Say what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/.runtime ## Load the demo review and serve it on 127.0.0.1 (PORT=8000)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) load_demo --port $(PORT)
	@exec $(BIN)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --threads 8 \
		--access-logfile /dev/null --log-level warning

test: .venv/.dev ## Run every test (in a browser too, where there is Chromium)
	@scripts/programs
	@$(BIN)/pytest -n 2 --dist worksteal $(TESTS)

check: .venv/.dev ## Format, lint, types, migrations, deployment, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/mypy .
	$(MANAGE) makemigrations --check --dry-run
	HTTPS=on $(MANAGE) check --deploy --fail-level WARNING
	$(MAKE) test

format: .venv/.dev ## Format the code and the templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true

clean: ## Remove the virtual environment, the demo's data and the collected files
	rm -rf .venv var staticfiles

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Twofold needs Python 3.11; name it with make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/.runtime
