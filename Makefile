# What a newcomer needs: `make run`, `make check` and `make test`. Each does everything that it needs itself.

PYTHON ?= python3
PORT ?= 5000
MINUTES ?= 20
BIN := .venv/bin
INSTALL := -m pip --disable-pip-version-check --quiet install
# A process for each core and one more, as tests wait for servers and browsers; five at the most. Each has its own.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
PYTEST := -m pytest --numprocesses $(WORKERS) --maxprocesses 5 --dist worksteal
# The sources, and what is made from them.
NOT_TESTED := wizard _wizard_pytest.py templates static build dist instance screenshots test-results

.PHONY: help run dev check test lint types fast unit lowest coverage browser screenshots docs load soak bench wheel translations lock clean

help:
	@echo 'make run            the signup, at http://localhost:5000/ (PORT=8000 for another port)'
	@echo 'make dev            the same, loaded anew when a file changes'
	@echo 'make check          style, types and the fast tests'
	@echo 'make test           everything: the built wheel, on every store and in the browsers'
	@echo 'make lowest         the fast tests, with the oldest versions that are allowed'
	@echo 'make coverage       what the tests run through'
	@echo 'make soak           visitors for MINUTES=20, while processes are killed and disks are full'
	@echo 'make load           how many visitors SQLite carries here'
	@echo 'make bench          what a journey costs, beside other ways to write it'
	@echo 'make screenshots    a picture of every page'
	@echo 'make docs           these pages as a site, in docs/_build'
	@echo 'make translations   brings the catalogues to the words as they are now'
	@echo 'make lock           the newest versions of what is needed (by uv)'
	@echo 'make wheel, clean   the package; what all of these have made'

run: .venv/run
	@echo "The signup is at http://localhost:$(PORT)/ (stop it with Ctrl+C)"
	@exec $(BIN)/gunicorn --config python:wizard.serving --bind 127.0.0.1:$(PORT) 'wizard.app:create_app()'

dev: .venv/run
	@exec $(BIN)/flask --app wizard run --debug --port $(PORT)

check: lint types fast

test: lint types unit browser

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test
	$(BIN)/mypy

# Of the sources, while they are being changed: what needs no server, and takes no seconds.
fast: .venv/test
	$(BIN)/python $(PYTEST) -m 'not slow' tests

# All the rest is tested on the wheel, as that is what others install.
unit: wheel
	$(BIN)/python tests/servers.py
	$(BIN)/python -m pytest -m checkout $$(grep -rl --include='test_*.py' 'mark\.checkout' tests)
	cd build && ../$(BIN)/python $(PYTEST) -m 'not checkout' tests

# The same with the oldest versions that pyproject.toml allows.
lowest: .venv-lowest/test
	.venv-lowest/bin/python $(PYTEST) -m 'not slow' tests

# What the tests run through. It is no part of `make test`, which takes a third longer with it.
coverage: .venv/test
	$(BIN)/python tests/servers.py
	$(BIN)/python $(PYTEST) tests --cov

browser: wheel
	$(BIN)/python e2e/browser.py
	cd build && ../$(BIN)/python $(PYTEST) e2e

screenshots: .venv/test
	@$(BIN)/python e2e/browser.py
	@$(BIN)/python -m e2e.screenshots

# The site. A warning ends it: a link that leads nowhere, a page that no other leads to, a name that is not in the API.
docs: .venv-docs/docs
	@PYTHONPATH=. .venv-docs/bin/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet --jobs auto docs docs/_build
	@echo 'The site is at docs/_build/index.html'

# Minutes in which processes are killed, stores stand still and disks are full, while visitors look whether all is there.
soak: .venv/test
	@$(BIN)/python -m tests.soak $(MINUTES)

# How many visitors SQLite carries on this machine.
load: .venv/test
	@$(BIN)/python -m tests.load

# What a journey costs, beside other ways to write it: benchmarks/README.md says more. It measures by the clock, so the
# machine should do nothing else. For a quick look: make bench BENCH=--quick
BENCH ?= --write docs
bench: .venv-bench/bench
	@.venv-bench/bin/python -m benchmarks $(BENCH)

# A folder in which the package is what the wheel holds, beside the tests and without the sources.
wheel: .venv/test
	rm -rf build dist
	$(BIN)/python -m build --quiet --no-isolation
	mkdir build
	cp -r $(filter-out $(NOT_TESTED),$(wildcard *)) build
	$(BIN)/python $(INSTALL) --no-deps --target build dist/*.whl

# What `make run` and a container install.
RUN := --extra server --extra signup --extra postgresql --extra redis --extra metrics
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate \
		--no-header pyproject.toml $(RUN) --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate \
		--no-header pyproject.toml --all-extras --group dev --constraints requirements.txt --output-file requirements-dev.txt
	uv pip compile --quiet --resolution lowest-direct --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-annotate --no-header pyproject.toml --all-extras --group dev --output-file requirements-lowest.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate \
		--no-header pyproject.toml $(RUN) --group bench --constraints requirements.txt --output-file requirements-bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate \
		--no-header pyproject.toml --all-extras --group docs --constraints requirements.txt --output-file requirements-docs.txt

# Brings the catalogues to the words as they are now: what is new in them is empty, and has to be translated.
translations: .venv/test
	catalogue=$$(mktemp) && \
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keywords lazy_gettext --no-location --sort-output \
		--omit-header --output-file $$catalogue . && \
	$(BIN)/pybabel --quiet update --input-file $$catalogue --output-dir wizard/translations --no-fuzzy-matching \
		--ignore-obsolete --omit-header --width 120; status=$$?; rm -f $$catalogue; exit $$status

clean:
	rm -rf .venv .venv-bench .venv-docs .venv-lowest build dist docs/_build instance

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

.venv-lowest/test: requirements-lowest.txt | .venv-lowest/bin/python
	@echo 'Installing the oldest versions that are allowed into .venv-lowest'
	@.venv-lowest/bin/python $(INSTALL) --require-hashes --requirement requirements-lowest.txt
	@touch $@

.venv-docs/docs: requirements-docs.txt | .venv-docs/bin/python
	@echo 'Installing what the site needs into .venv-docs'
	@.venv-docs/bin/python $(INSTALL) --require-hashes --requirement requirements-docs.txt
	@touch $@

# Beside the locked WTForms, the older one that a peer is built on.
.venv-bench/bench: requirements-bench.txt benchmarks/wtforms-3.2.1.txt | .venv-bench/bin/python
	@echo 'Installing what the benchmark needs into .venv-bench'
	@.venv-bench/bin/python $(INSTALL) --require-hashes --requirement requirements-bench.txt
	@.venv-bench/bin/python $(INSTALL) --require-hashes --no-deps --upgrade --target .venv-bench/wtforms-3.2.1 \
		--requirement benchmarks/wtforms-3.2.1.txt
	@touch $@
