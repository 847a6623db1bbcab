# What a newcomer needs: `make run` and `make test`. Each does everything that it needs itself.

PYTHON ?= python3
PORT ?= 5000
BIN := .venv/bin
INSTALL := -m pip --disable-pip-version-check --quiet install

.PHONY: run dev test lint types unit browser screenshots wheel translations lock clean

run: .venv/run
	@echo "The signup is at http://127.0.0.1:$(PORT)/ (stop it with Ctrl+C)"
	@exec $(BIN)/gunicorn --preload --workers 2 --threads 4 --bind 127.0.0.1:$(PORT) --forwarded-allow-ips '' --log-level warning 'wizard.app:create_app()'

dev: .venv/run
	@exec $(BIN)/flask --app wizard run --debug --port $(PORT)

test: lint types unit browser wheel

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test
	$(BIN)/mypy

unit: .venv/test
	$(BIN)/python tests/servers.py
	$(BIN)/coverage run -m pytest tests
	$(BIN)/coverage report

browser: .venv/test
	$(BIN)/python e2e/browser.py
	$(BIN)/python -m pytest e2e

screenshots: .venv/test
	@$(BIN)/python e2e/browser.py
	@$(BIN)/python -m e2e.screenshots

# The wheel, not the sources, is what others install: the tests run once more against it, in an empty folder.
wheel: .venv-wheel/test
	rm -rf dist
	$(BIN)/python -m build --quiet --no-isolation
	.venv-wheel/bin/python $(INSTALL) --no-deps --force-reinstall dist/*.whl
	folder=$$(mktemp -d) && cp -r tests pyproject.toml $$folder && cd $$folder && \
		$(CURDIR)/.venv-wheel/bin/python -m pytest -m 'not checkout and not processes' tests; status=$$?; rm -rf $$folder; exit $$status

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt

# Brings the catalogues to the words as they are now: what is new in them is empty, and has to be translated.
translations: .venv/test
	catalogue=$$(mktemp) && \
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords lazy_gettext --no-location --sort-output \
		--omit-header --output-file $$catalogue . && \
	$(BIN)/pybabel --quiet update --input-file $$catalogue --output-dir wizard/translations --no-fuzzy-matching \
		--ignore-obsolete --omit-header --width 120; status=$$?; rm -f $$catalogue; exit $$status

clean:
	rm -rf .venv .venv-wheel dist instance

# Debian and Ubuntu keep Python's venv in a package of its own.
%/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -m venv --clear $* >/dev/null || { \
		echo 'Installing python3-venv'; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		{ $$sudo apt-get update -qq && $$sudo apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv --clear $*; } || \
		{ rm -rf $*; echo 'Python has no venv module. Install it: apt-get install python3-venv'; exit 1; }; }

.venv/run: requirements.txt | .venv/bin/python
	@echo 'Installing into .venv'
	@$(BIN)/python $(INSTALL) --require-hashes --requirement requirements.txt
	@touch $@

.venv/test: requirements-dev.txt | .venv/bin/python
	@echo 'Installing what the tests need into .venv'
	@$(BIN)/python $(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@ .venv/run

.venv-wheel/test: requirements-dev.txt | .venv-wheel/bin/python
	@echo 'Installing what the wheel needs into .venv-wheel'
	@.venv-wheel/bin/python $(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
